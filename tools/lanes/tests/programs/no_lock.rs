//! Two threads write the same memory, and neither knows of the other.

use std::sync::Arc;

use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Count(UnsafeCell<u32>);

// SAFETY: it is not safe; that is the point.
unsafe impl Sync for Count {}
// SAFETY: a number may move between threads.
unsafe impl Send for Count {}

pub(crate) fn program() {
    let count = Arc::new(Count(UnsafeCell::new(0)));
    let other = thread::spawn({
        let count = Arc::clone(&count);
        // SAFETY: as above.
        move || count.0.with_mut(|count| unsafe { *count += 1 })
    });
    // SAFETY: as above.
    count.0.with_mut(|count| unsafe { *count += 1 });
    other.join().unwrap();
}
