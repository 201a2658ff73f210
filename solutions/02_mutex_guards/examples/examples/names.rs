//! How a name decides when the lock is free again.

#![allow(
    let_underscore_lock,
    reason = "the mistakes that this example is about"
)]

use std::sync::Mutex;

use mutex_guards_examples::state;

fn main() {
    let lock = Mutex::new(0);

    // ANCHOR: names
    {
        let _ = lock.lock().unwrap();
        println!("let _ = lock.lock(): {}", state(&lock));
    }
    {
        let _guard = lock.lock().unwrap();
        println!("let _guard = lock.lock(): {}", state(&lock));
    }
    {
        let guard = lock.lock().unwrap();
        let _ = guard;
        println!("let _ = guard: {}", state(&lock));
    }
    {
        let guard = lock.lock().unwrap();
        drop(guard);
        println!("drop(guard): {}", state(&lock));
    }
    {
        let guard = lock.lock().unwrap();
        let guard = *guard;
        println!("let guard = *guard: {}", state(&lock));
        assert_eq!(guard, 0);
    }
    // ANCHOR_END: names
}
