//! Two locks, taken in opposite orders.

use std::sync::Arc;

use lanes::sync::{Mutex, thread};

pub(crate) fn program() {
    let from = Arc::new(Mutex::new(100));
    let to = Arc::new(Mutex::new(0));
    let back = thread::spawn({
        let (from, to) = (Arc::clone(&from), Arc::clone(&to));
        move || {
            let mut to = to.lock().unwrap();
            let mut from = from.lock().unwrap();
            *to -= 10;
            *from += 10;
        }
    });
    {
        let mut from = from.lock().unwrap();
        let mut to = to.lock().unwrap();
        *from -= 10;
        *to += 10;
    }
    back.join().unwrap();
}
