//! Promises of progress, as a test asks for them.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::sync::{Mutex, epoch, thread};
use lanes::{Kind, Model};

fn two<W: Send + Sync + 'static>(world: fn() -> W, action: fn(&W)) -> impl Fn() + Send + Sync {
    move || {
        let world = Arc::new(world());
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || action(&world)
        });
        action(&world);
        other.join().unwrap();
    }
}

/// In disguise: who adds takes a lock.
fn adds_by_lock(sum: &Mutex<u32>) {
    *sum.lock().unwrap() += 1;
}

fn adds_by_exchange(sum: &AtomicU32) {
    let mut seen = sum.load(Relaxed);
    while let Err(newer) = sum.compare_exchange(seen, seen + 1, Relaxed, Relaxed) {
        seen = newer;
    }
}

#[test]
fn a_lock_in_disguise_is_found() {
    let program = || two(|| Mutex::new(0), adds_by_lock);
    let report = Model::new().lock_free().expect_bug(Kind::Waits, program());
    assert!(
        report.headline().contains("stops here for ever"),
        "{}",
        report.headline()
    );
    let report = Model::new()
        .never_waits()
        .expect_bug(Kind::Waits, program());
    assert!(
        report.headline().contains("goes on only if"),
        "{}",
        report.headline()
    );
    lanes::model(program());
}

#[test]
fn one_that_tries_again_is_lock_free_and_waits_for_nobody() {
    lanes::lock_free(two(|| AtomicU32::new(0), adds_by_exchange));
    lanes::never_waits(two(|| AtomicU32::new(0), adds_by_exchange));
}

/// A load and an exchange, and both again if the other thread was faster: that is not wait-free.
#[test]
fn the_steps_of_a_call_are_its_own() {
    let most = lanes::outcomes(|| {
        let sum = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let sum = Arc::clone(&sum);
            move || adds_by_exchange(&sum)
        });
        let ((), steps) = lanes::own_steps(|| adds_by_exchange(&sum));
        other.join().unwrap();
        steps
    });
    assert!(most.into_iter().eq([2, 3]));
}

/// To pin is no wait, though pins follow each other.
#[test]
fn nobody_waits_for_a_pin() {
    let pins: fn(&epoch::Atomic<u32>) = |value| {
        let guard = epoch::pin();
        value.load(Relaxed, &guard);
    };
    lanes::lock_free(two(epoch::Atomic::null, pins));
    lanes::never_waits(two(epoch::Atomic::null, pins));
}
