//! A page is replaced, and the old one is freed while somebody may be reading it.

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
    let guard = pin();
    let old = page.swap(Owned::new(2), AcqRel, &guard);
    // SAFETY: meant to be nobody else's. It is not.
    drop(unsafe { old.into_owned() });
    drop(guard);
    reader.join().unwrap();
    // SAFETY: the reader has ended.
    drop(unsafe { page.load(Acquire, &pin()).into_owned() });
}
