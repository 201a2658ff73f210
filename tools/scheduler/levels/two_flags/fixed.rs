use crate::sync::atomic::{AtomicBool, Ordering::SeqCst};
use crate::sync::{Arc, thread};

pub fn program() {
    let left = Arc::new(AtomicBool::new(false));
    let right = Arc::new(AtomicBool::new(false));
    let one = thread::spawn({
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        move || {
            left.store(true, SeqCst);
            !right.load(SeqCst) // the way is free
        }
    });
    let other = thread::spawn(move || {
        right.store(true, SeqCst);
        !left.load(SeqCst)
    });
    let goes = [one, other].map(|thread| thread.join().unwrap());
    assert_ne!(goes, [true, true], "they meet");
}
