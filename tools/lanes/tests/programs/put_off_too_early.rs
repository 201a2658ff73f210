//! The old page is put off before it is taken out: a reader that is pinned in between finds it, and nobody waits for
//! that reader.

use std::sync::Arc;

use lanes::sync::atomic::Ordering::{AcqRel, Acquire};
use lanes::sync::epoch::{Atomic, Owned, pin};
use lanes::sync::thread;

pub(crate) fn program() {
    let page = Arc::new(Atomic::new(1));
    let reader = thread::spawn({
        let page = Arc::clone(&page);
        move || {
            let guard = pin();
            // SAFETY: meant to be there for as long as the guard. It is not.
            *unsafe { page.load(Acquire, &guard).deref() }
        }
    });
    {
        let guard = pin();
        let old = page.load(Acquire, &guard);
        // SAFETY: meant to be out. It is not yet.
        unsafe { guard.defer_destroy(old) };
    }
    let guard = pin();
    page.swap(Owned::new(2), AcqRel, &guard);
    drop(guard);
    reader.join().unwrap();
    // SAFETY: the reader has ended.
    drop(unsafe { page.load(Acquire, &pin()).into_owned() });
}
