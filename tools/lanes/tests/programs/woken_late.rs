//! A wait with `if`: whoever is notified has the lock again only after others have had it.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

struct Shelf {
    items: Mutex<u32>,
    filled: Condvar,
}

fn take(shelf: &Shelf) {
    let mut items = shelf.items.lock().unwrap();
    if *items == 0 {
        items = shelf.filled.wait(items).unwrap();
    }
    assert!(*items > 0, "woken, and nothing there");
    *items -= 1;
}

pub(crate) fn program() {
    let shelf = Arc::new(Shelf {
        items: Mutex::new(0),
        filled: Condvar::new(),
    });
    let takers = [(); 2].map(|()| {
        let shelf = Arc::clone(&shelf);
        thread::spawn(move || take(&shelf))
    });
    for _ in 0..2 {
        *shelf.items.lock().unwrap() += 1;
        shelf.filled.notify_one();
    }
    for taker in takers {
        taker.join().unwrap();
    }
}
