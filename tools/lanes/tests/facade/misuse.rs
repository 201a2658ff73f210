//! What a newcomer does wrong with a model, and what the message says.

use std::sync::{Arc, OnceLock};

use lanes::Kind;
use lanes::sync::atomic::{AtomicU32, Ordering::*};
use lanes::sync::{Mutex, RwLock, thread};

use crate::{fails, passes};

fn message(program: impl FnOnce() + Send + 'static) -> String {
    let panic = std::thread::spawn(program).join().expect_err("it panics");
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    text.expect("a message")
}

#[test]
fn what_is_made_outside_of_a_model_says_so() {
    for text in [
        message(|| _ = AtomicU32::new(0)),
        message(|| _ = Mutex::new(0)),
    ] {
        assert!(
            text.contains("make everything inside the closure"),
            "{text}"
        );
    }
}

#[test]
fn what_leaves_a_model_says_so() {
    let text = message(|| {
        let kept = Arc::new(std::sync::Mutex::new(None));
        let keeps = Arc::clone(&kept);
        passes(move || *keeps.lock().unwrap() = Some(Arc::new(AtomicU32::new(0))));
        let kept = kept.lock().unwrap().take().unwrap();
        kept.load(Relaxed);
    });
    assert!(text.contains("only in a model"), "{text}");
}

static KEPT: OnceLock<AtomicU32> = OnceLock::new();

#[test]
fn what_an_execution_before_has_made_is_not_taken_for_something_else() {
    let words = ["made by an execution before", "misuse.rs", "LazyLock"];
    fails(Kind::Panic, &words, || {
        let kept = KEPT.get_or_init(|| AtomicU32::new(0));
        let own = Arc::new(AtomicU32::new(100));
        let other = thread::spawn({
            let own = Arc::clone(&own);
            move || own.fetch_add(1, Relaxed)
        });
        kept.store(5, Relaxed);
        other.join().unwrap();
        assert_eq!(own.load(Relaxed), 101);
    });
}

#[test]
fn a_thread_that_reads_twice_may_wait_for_ever() {
    fails(Kind::Panic, &["a thread that reads already"], || {
        let lock = RwLock::new(0);
        let _first = lock.read();
        drop(lock.read());
    });
    passes(|| {
        let lock = RwLock::new(0);
        drop(lock.read());
        let _first = lock.read();
        assert!(lock.try_read().is_ok());
    });
}

/// What the system drops when its thread ends, with no model around it.
#[test]
fn what_is_left_in_a_thread_local_of_the_system_is_dropped_in_silence() {
    use std::cell::RefCell;

    type Kept = (
        lanes::sync::MutexGuard<'static, u32>,
        lanes::sync::RwLockWriteGuard<'static, u32>,
        lanes::sync::tracked::Arc<u32>,
        lanes::sync::mpsc::Sender<u32>,
    );
    std::thread_local! {
        static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
    }
    let report = lanes::explore(|| {
        let mutex: &'static Mutex<u32> = Box::leak(Box::new(Mutex::new(0)));
        let lock: &'static RwLock<u32> = Box::leak(Box::new(RwLock::new(0)));
        let (sender, receiver) = lanes::sync::mpsc::channel();
        let counted = lanes::sync::tracked::Arc::new(0);
        let kept = (
            mutex.lock().unwrap(),
            lock.write().unwrap(),
            counted,
            sender,
        );
        // What the execution before has left is none of this one's.
        std::mem::forget(KEPT.replace(Some(kept)));
        let other = thread::spawn(|| {});
        other.join().unwrap();
        drop(receiver);
        panic!("here it ends");
    });
    assert_eq!(report.unwrap_err().kind(), Kind::Panic);
}
