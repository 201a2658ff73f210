//! Code that the lock's owner has never seen, with the lock held and without.

use std::sync::{Arc, Mutex};

use mutex_guards_examples::state;

// ANCHOR: notify
type Listener = Arc<dyn Fn() + Send + Sync>;

struct Bell {
    listeners: Mutex<Vec<Listener>>,
}

impl Bell {
    fn ring_locked(&self) {
        for listener in self.listeners.lock().unwrap().iter() {
            listener();
        }
    }

    fn ring(&self) {
        let listeners = self.listeners.lock().unwrap().clone();
        for listener in listeners {
            listener();
        }
    }
}
// ANCHOR_END: notify

fn main() {
    let bell = Arc::new(Bell {
        listeners: Mutex::default(),
    });
    let listener: Listener = {
        let bell = Arc::downgrade(&bell);
        Arc::new(move || {
            let bell = bell.upgrade().expect("it rings");
            println!("  the listener finds the bell {}", state(&bell.listeners));
        })
    };
    bell.listeners.lock().unwrap().push(listener);

    println!("ring_locked:");
    bell.ring_locked();
    println!("ring:");
    bell.ring();
}
