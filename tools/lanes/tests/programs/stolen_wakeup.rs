//! Consumers and a producer wait at one condition variable, and wake one.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

/// A place for one item.
struct Place {
    full: Mutex<bool>,
    changed: Condvar,
}

impl Place {
    /// Waits until it is as wanted, and turns it round.
    #[track_caller]
    fn turn(&self, wanted: bool) {
        let mut full = self.full.lock().unwrap();
        while *full != wanted {
            full = self.changed.wait(full).unwrap();
        }
        *full = !wanted;
        drop(full);
        self.changed.notify_one();
    }
}

pub(crate) fn program() {
    let place = Arc::new(Place {
        full: Mutex::new(false),
        changed: Condvar::new(),
    });
    let take = || {
        let place = Arc::clone(&place);
        thread::spawn(move || place.turn(true))
    };
    let takers = [take(), take()];
    place.turn(false);
    place.turn(false);
    for taker in takers {
        taker.join().unwrap();
    }
}
