//! A thread waits for the lock that it holds itself.

use std::sync::Arc;

use lanes::sync::{Mutex, thread};

pub(crate) fn program() {
    let account = Arc::new(Mutex::new(0));
    let other = thread::spawn({
        let account = Arc::clone(&account);
        move || *account.lock().unwrap() += 1
    });
    let from = account.lock().unwrap();
    let to = account.lock().unwrap();
    assert_eq!(*from, *to);
    drop((from, to));
    other.join().unwrap();
}
