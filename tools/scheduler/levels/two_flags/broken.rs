use crate::sync::atomic::{AtomicBool, Ordering::Relaxed};
use crate::sync::{Arc, thread};

pub fn program() {
    let left = Arc::new(AtomicBool::new(false));
    let right = Arc::new(AtomicBool::new(false));
    let one = thread::spawn({
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        move || {
            left.store(true, Relaxed);
            !right.load(Relaxed) // the way is free
        }
    });
    let other = thread::spawn(move || {
        right.store(true, Relaxed);
        !left.load(Relaxed)
    });
    let goes = [one, other].map(|thread| thread.join().unwrap());
    assert_ne!(goes, [true, true], "they meet");
}
