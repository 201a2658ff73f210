//! The weakest ordering with which a decrement does without a fence.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

fn main() {
    let orderings = [
        Ordering::Relaxed,
        Ordering::Acquire,
        Ordering::Release,
        Ordering::AcqRel,
        Ordering::SeqCst,
    ];
    let passes = |&ordering: &Ordering| lanes::explore(move || two_owners(ordering)).is_ok();
    let weakest = orderings.into_iter().find(passes);
    println!("{:?}", weakest.expect("the strongest will do"));
}

struct Owned {
    owners: AtomicUsize,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is read by owners, and written by the last of them. That this is sound with every ordering
// is not true, and a model says so.
unsafe impl Sync for Owned {}

// ANCHOR: body
/// Uses the value and goes. The last one to go clears the value away.
fn leave(owned: &Owned, ordering: Ordering) {
    // SAFETY: an owner may read it.
    assert_eq!(owned.value.with(|value| unsafe { *value }), 7);
    if owned.owners.fetch_sub(1, ordering) == 1 {
        // SAFETY: that is the question.
        owned.value.with_mut(|value| unsafe { *value = 0 });
    }
}
// ANCHOR_END: body

fn two_owners(ordering: Ordering) {
    let owned = Arc::new(Owned {
        owners: AtomicUsize::new(2),
        value: UnsafeCell::new(7),
    });
    let other = thread::spawn({
        let owned = Arc::clone(&owned);
        move || leave(&owned, ordering)
    });
    leave(&owned, ordering);
    other.join().unwrap();
}
