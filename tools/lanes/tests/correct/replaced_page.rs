//! A page that is read while another takes its place. The old one is freed when nobody reads it any more.

use std::sync::Arc;

use lanes::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use lanes::sync::epoch::{Atomic, Owned, pin};
use lanes::sync::thread;

pub(crate) fn program() {
    let page = Arc::new(Atomic::new(1));
    let reader = thread::spawn({
        let page = Arc::clone(&page);
        move || {
            let guard = pin();
            // SAFETY: pages are freed only when nobody is pinned who was so before they were taken out.
            let seen = *unsafe { page.load(Acquire, &guard).deref() };
            assert!(seen == 1 || seen == 2);
        }
    });
    for new in [2, 1] {
        let guard = pin();
        let old = page.swap(Owned::new(new), Release, &guard);
        // SAFETY: nobody finds it from here on.
        unsafe { guard.defer_destroy(old) };
    }
    reader.join().unwrap();
    // SAFETY: the reader has ended.
    drop(unsafe { page.load(Relaxed, &pin()).into_owned() });
}
