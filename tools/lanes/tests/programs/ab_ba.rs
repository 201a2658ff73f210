//! deadlock: two locks, taken in opposite orders.

use std::sync::Arc;

use lanes::sync::{Mutex, thread};

pub fn program() {
    let savings = Arc::new(Mutex::new(10));
    let current = Arc::new(Mutex::new(20));
    let other = thread::spawn({
        let (savings, current) = (Arc::clone(&savings), Arc::clone(&current));
        move || {
            let mut to = current.lock().unwrap();
            let mut from = savings.lock().unwrap();
            *from -= 1;
            *to += 1;
        }
    });
    let mut to = savings.lock().unwrap();
    let mut from = current.lock().unwrap();
    *from -= 1;
    *to += 1;
    drop((from, to));
    other.join().unwrap();
}
