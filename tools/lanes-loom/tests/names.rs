//! Loom tests as other crates write them, under loom's names.

use lanes_loom as loom;

use std::panic::catch_unwind;

use loom::cell::UnsafeCell;
use loom::hint;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Arc, Condvar, Mutex, Notify};
use loom::thread;

struct Lock {
    locked: AtomicBool,
    value: UnsafeCell<usize>,
}

// SAFETY: `value` is reached only by whoever has set `locked`.
unsafe impl Sync for Lock {}

impl Lock {
    fn add(&self, unlock: Ordering) {
        while self.locked.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        // SAFETY: `locked` was set here, so no other thread is here.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.locked.store(false, unlock);
    }
}

fn two_add(unlock: Ordering) {
    loom::model(move || {
        let lock = Arc::new(Lock {
            locked: AtomicBool::new(false),
            value: UnsafeCell::new(0),
        });
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.add(unlock)
        });
        lock.add(unlock);
        other.join().unwrap();
    });
}

#[test]
fn a_right_lock_passes_and_a_wrong_one_fails() {
    two_add(Ordering::Release);
    let failed = catch_unwind(|| two_add(Ordering::Relaxed)).unwrap_err();
    let headline = failed.downcast_ref::<String>().unwrap();
    assert_eq!(headline, "data race on `value`");
}

#[test]
fn what_waits_is_notified() {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(|| {
        let both = Arc::new((Mutex::new(false), Condvar::new(), Notify::new()));
        let other = thread::spawn({
            let both = Arc::clone(&both);
            move || {
                *both.0.lock().unwrap() = true;
                both.1.notify_one();
                both.2.notify();
            }
        });
        let mut news = both.0.lock().unwrap();
        while !*news {
            news = both.1.wait(news).unwrap();
        }
        drop(news);
        both.2.wait();
        other.join().unwrap();
    });
}

#[test]
fn futures_are_driven_and_one_thread_is_enough() {
    loom::model(|| {
        assert_eq!(loom::future::block_on(async { 7 }), 7);
    });
}

loom::thread_local! {
    static OWN: AtomicUsize = AtomicUsize::new(0);
}

#[test]
fn each_thread_has_its_own() {
    loom::model(|| {
        let add = || OWN.with(|own| own.fetch_add(1, Ordering::Relaxed));
        let other = thread::spawn(add);
        assert_eq!(add(), 0);
        assert_eq!(other.join().unwrap(), 0);
    });
}
