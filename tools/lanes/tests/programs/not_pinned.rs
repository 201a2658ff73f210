//! The old page is freed when nobody is pinned any more. The reader is not pinned.

use std::sync::Arc;

use lanes::sync::atomic::Ordering::{AcqRel, Acquire};
use lanes::sync::epoch::{Atomic, Owned, pin, unprotected};
use lanes::sync::thread;

pub(crate) fn program() {
    let page = Arc::new(Atomic::new(1));
    let reader = thread::spawn({
        let page = Arc::clone(&page);
        move || {
            // SAFETY: meant for when nobody else takes pages out. Somebody does.
            let guard = unsafe { unprotected() };
            // SAFETY: as above.
            *unsafe { page.load(Acquire, guard).deref() }
        }
    });
    let guard = pin();
    let old = page.swap(Owned::new(2), AcqRel, &guard);
    // SAFETY: nobody finds it from here on.
    unsafe { guard.defer_destroy(old) };
    drop(guard);
    reader.join().unwrap();
    // SAFETY: the reader has ended.
    drop(unsafe { page.load(Acquire, &pin()).into_owned() });
}
