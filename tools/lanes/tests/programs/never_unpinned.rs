//! A guard that never ends: what is put off waits for it for ever.

use std::mem;

use lanes::sync::atomic::Ordering::{AcqRel, Acquire};
use lanes::sync::epoch::{Atomic, Owned, pin};
use lanes::sync::thread;

pub(crate) fn program() {
    let page = Atomic::new(1);
    let stalled = thread::spawn(|| mem::forget(pin()));
    let guard = pin();
    let old = page.swap(Owned::new(2), AcqRel, &guard);
    // SAFETY: nobody finds it from here on.
    unsafe { guard.defer_destroy(old) };
    drop(guard);
    stalled.join().unwrap();
    // SAFETY: nobody else knows of it.
    drop(unsafe { page.load(Acquire, &pin()).into_owned() });
}
