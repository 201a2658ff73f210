use super::lock_order::{Account, transfer};
use crate::sync::thread;

pub fn program() {
    let (savings, current) = (Account::new(10), Account::new(0));
    let threads = [1, 2].map(|_| {
        let (savings, current) = (savings.clone(), current.clone());
        thread::spawn(move || {
            let _ = transfer(&savings, &current, 10);
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(current.balance(), 10, "10 were there, and more has arrived");
}
