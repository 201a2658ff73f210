//! A panic that is no assertion: a look and a step that belong under one lock, each under its own.

use std::sync::Arc;

use lanes::sync::{Mutex, thread};

fn take(stock: &Mutex<Vec<u32>>) -> Option<u32> {
    let empty = stock.lock().unwrap().is_empty();
    (!empty).then(|| stock.lock().unwrap().pop().expect("it was not empty a moment ago"))
}

pub(crate) fn program() {
    let stock = Arc::new(Mutex::new(vec![1]));
    let other = thread::spawn({
        let stock = Arc::clone(&stock);
        move || take(&stock)
    });
    take(&stock);
    other.join().unwrap();
}
