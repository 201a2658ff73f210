//! A limit: a thread wakes up without a reason once in an execution, and not twice.
//!
//! This program looks again after one such wake-up. After the second it would go on too early. The model passes.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

fn main() {
    let pass = lanes::explore(|| {
        let door = Arc::new((Mutex::new(false), Condvar::new()));
        let porter = thread::spawn({
            let door = Arc::clone(&door);
            move || {
                *door.0.lock().unwrap() = true;
                door.1.notify_one();
            }
        });
        let mut open = door.0.lock().unwrap();
        if !*open {
            open = door.1.wait(open).unwrap();
        }
        // `if`, where it should be `while`.
        if !*open {
            open = door.1.wait(open).unwrap();
        }
        assert!(*open, "walked into the door");
        drop(open);
        porter.join().unwrap();
    })
    .expect("the model knows of one wake-up without a reason");
    println!(
        "all {} executions pass, and two wake-ups without a reason would be too many",
        pass.executions()
    );
}
