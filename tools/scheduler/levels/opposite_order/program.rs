use super::lock_order::{Account, transfer};
use crate::sync::thread;

pub fn program() {
    let (savings, current) = (Account::new(10), Account::new(10));
    let there = thread::spawn({
        let (savings, current) = (savings.clone(), current.clone());
        move || transfer(&savings, &current, 1)
    });
    let back = thread::spawn(move || transfer(&current, &savings, 2));
    there.join().unwrap().unwrap();
    back.join().unwrap().unwrap();
}
