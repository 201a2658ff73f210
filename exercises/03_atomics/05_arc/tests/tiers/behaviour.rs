//! What one thread can see.

use std::cell::Cell;
use std::mem;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};

use arc::{Arc, MAX_REFS, Weak};
use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress;

/// Counts how often it is dropped.
struct Dropped<'a>(&'a Cell<u32>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// A clone is another way to the same value, and not a copy of it.
#[test]
fn all_references_lead_to_one_value() {
    let one = Arc::new(Cell::new(1));
    let two = one.clone();
    two.set(2);
    assert_eq!(
        one.get(),
        2,
        "what is set through one is seen through the other"
    );
    drop(one);
    assert_eq!(two.get(), 2, "one owner is left, so the value is there");
}

/// Drop: once, when the last owner goes, and not before.
#[test]
fn the_last_owner_drops_the_value() {
    let drops = Cell::new(0);
    let one = Arc::new(Dropped(&drops));
    let two = one.clone();
    let three = two.clone();
    drop(two);
    drop(one);
    assert_eq!(drops.get(), 0, "an owner is left, and the value is gone");
    drop(three);
    assert_eq!(
        drops.get(),
        1,
        "the last owner has gone: the value is dropped, once"
    );
}

/// The counts say how many references of each kind there are.
#[test]
fn counts_what_there_is() {
    let counts = |arc: &Arc<&str>| (Arc::strong_count(arc), Arc::weak_count(arc));
    let one = Arc::new("counted");
    assert_eq!(counts(&one), (1, 0));
    let two = one.clone();
    let weak = Arc::downgrade(&two);
    assert_eq!(counts(&one), (2, 1), "a clone and a downgrade");
    let other = weak.clone();
    assert_eq!(counts(&one), (2, 2), "a clone of the weak one");
    let three = weak.upgrade().expect("there are owners");
    assert_eq!(
        counts(&one),
        (3, 2),
        "an upgrade makes an owner, and leaves the weak one as it is"
    );
    drop(three);
    drop(other);
    drop(two);
    assert_eq!(counts(&one), (1, 1), "three have gone");
    drop(one);
    assert_eq!(weak.strong_count(), 0, "no owner is left");
}

/// A weak reference watches; it does not own.
#[test]
fn a_weak_reference_does_not_keep_the_value() {
    let drops = Cell::new(0);
    let one = Arc::new(Dropped(&drops));
    let weak = Arc::downgrade(&one);
    drop(one);
    assert_eq!(
        drops.get(),
        1,
        "the last owner has gone: the value goes too, whoever watches it"
    );
    drop(weak);
    assert_eq!(
        drops.get(),
        1,
        "a weak reference has nothing to drop but the memory"
    );
}

/// An upgrade makes an owner like any other.
#[test]
fn an_upgraded_reference_keeps_the_value() {
    let drops = Cell::new(0);
    let one = Arc::new(Dropped(&drops));
    let weak = Arc::downgrade(&one);
    let two = weak.upgrade().expect("there is an owner");
    drop(one);
    assert_eq!(
        drops.get(),
        0,
        "the upgraded reference is an owner, and is left"
    );
    drop(two);
    assert_eq!(drops.get(), 1);
}

/// Gone is gone: no upgrade brings a value back, however often it is tried.
#[test]
fn a_dead_value_cannot_be_upgraded() {
    let one = Arc::new(String::from("alive"));
    let weak = Arc::downgrade(&one);
    drop(one);
    for _ in 0..2 {
        assert!(
            weak.upgrade().is_none(),
            "the value has been dropped: `strong` was 0, and has to stay 0"
        );
    }
    assert_eq!(weak.strong_count(), 0, "a failed upgrade counts nothing");
}

/// The memory stays for as long as anybody can look at the counts in it.
#[test]
fn the_memory_outlives_the_value() {
    let one = Arc::new([1_u64; 8]);
    let weak = Arc::downgrade(&one);
    let other = weak.clone();
    drop(one);
    drop(weak);
    assert!(other.upgrade().is_none());
}

/// A value may watch itself: its last owner drops it, and with it a weak reference to its own memory.
#[test]
fn a_value_may_hold_a_weak_reference_to_itself() {
    struct Node<'a> {
        me: Mutex<Option<Weak<Node<'a>>>>,
        _dropped: Dropped<'a>,
    }

    let drops = Cell::new(0);
    let node = Arc::new(Node {
        me: Mutex::new(None),
        _dropped: Dropped(&drops),
    });
    *node.me.lock().unwrap() = Some(Arc::downgrade(&node));
    assert_eq!(Arc::weak_count(&node), 1);
    drop(node);
    assert_eq!(
        drops.get(),
        1,
        "a weak reference from inside keeps nothing alive"
    );
}

/// A panic in the value's own `drop` is passed on. The value is gone all the same.
#[test]
fn a_destructor_that_panics_leaves_a_dead_value() {
    struct Grumpy<'a> {
        _value: Dropped<'a>,
    }
    impl Drop for Grumpy<'_> {
        fn drop(&mut self) {
            panic_with("grumpy");
        }
    }

    let drops = Cell::new(0);
    let one = Arc::new(Grumpy {
        _value: Dropped(&drops),
    });
    let weak = Arc::downgrade(&one);
    let panic = panic_of(|| drop(one));
    assert_eq!(
        panic,
        Some(Panic("grumpy")),
        "the destructor's panic goes on to whoever dropped the last reference"
    );
    assert_eq!(drops.get(), 1, "the rest of the value is dropped as well");
    assert!(
        weak.upgrade().is_none(),
        "what is left of the value is not to be used"
    );
}

/// Every drop runs also by a panic: an owner that a panic drops is no owner any more, and a weak reference is none.
#[test]
fn references_that_a_panic_drops_are_gone() {
    let drops = Cell::new(0);
    let (one, two) = (Arc::new(Dropped(&drops)), Arc::new(Dropped(&drops)));
    let (owner, weak, last) = (one.clone(), Arc::downgrade(&one), two);
    let panic = panic_of(move || {
        let (_owner, _weak, _last) = (owner, weak, last);
        panic_with("out");
    });
    assert_eq!(panic, Some(Panic("out")));
    assert_eq!(
        (Arc::strong_count(&one), Arc::weak_count(&one), drops.get()),
        (1, 0, 1),
        "a panic dropped an owner and a weak reference of one value, and the last owner of another (owners left, weak \
         references left, values dropped): is there an `if !panicking()` in a `drop`?"
    );
}

/// In a destructor during a panic, references are made and dropped as anywhere else, and outlive it.
#[test]
fn a_destructor_may_use_references_during_a_panic() {
    let drops = Cell::new(0);
    let one = Arc::new(Dropped(&drops));
    drop(Arc::downgrade(&one.clone()).upgrade()); // what is not written yet should say so here, and not while we unwind
    let mut outlives = None;
    let panic = panic_of(|| {
        let _cleanup = DuringAPanic(|| {
            let weak = Arc::downgrade(&one);
            let upgraded = weak.upgrade();
            outlives = upgraded.clone();
            drop(Arc::new(Dropped(&drops)));
        });
        panic_with("out");
    });
    assert_eq!(panic, Some(Panic("out")));
    assert_eq!(
        (Arc::strong_count(&one), Arc::weak_count(&one), drops.get()),
        (2, 0, 1),
        "during a panic: an owner was made and kept, others and a weak reference came and went, and another value was dropped \
         (owners, weak references, values dropped)"
    );
    drop(one);
    drop(outlives);
    assert_eq!(
        drops.get(),
        2,
        "the last owner was made during a panic, and dropped after it"
    );
}

/// While a value is being dropped it is dead: its own destructor cannot bring it back.
#[test]
fn a_destructor_cannot_upgrade_to_its_own_value() {
    struct Node<'a> {
        me: Mutex<Option<Weak<Node<'a>>>>,
        revived: &'a Cell<bool>,
    }
    impl Drop for Node<'_> {
        fn drop(&mut self) {
            let me = self.me.get_mut().unwrap().take();
            self.revived
                .set(me.is_some_and(|me| me.upgrade().is_some()));
        }
    }
    let revived = Cell::new(true);
    let node = Arc::new(Node {
        me: Mutex::new(None),
        revived: &revived,
    });
    *node.me.lock().unwrap() = Some(Arc::downgrade(&node));
    drop(node);
    assert!(
        !revived.get(),
        "the last owner has gone, and the destructor of the value made an owner of it: of what?"
    );
}

/// Any type: one without a size, and one with an unusual alignment.
#[test]
fn the_size_of_the_value_does_not_matter() {
    #[repr(align(128))]
    struct Wide([u8; 200]);

    let wide = Arc::new(Wide([7; 200]));
    assert!(std::ptr::from_ref(&*wide).addr().is_multiple_of(128));
    let other = wide.clone();
    drop(wide);
    assert_eq!(other.0, [7; 200]);
    let unit = Arc::new(());
    drop(unit.clone());
    assert_eq!(Arc::strong_count(&unit), 1);
}

/// What is reached from several threads must be `Sync`; what the last owner drops, wherever it is, must be `Send`.
#[test]
fn only_what_may_be_shared_and_sent_is_shared() {
    assert!(
        impls!(Arc<u32>: Send & Sync) && impls!(Weak<u32>: Send & Sync),
        "an `Arc` is made to be handed to other threads"
    );
    assert!(
        !impls!(Arc<Cell<u32>>: Send | Sync) && !impls!(Weak<Cell<u32>>: Send | Sync),
        "a `Cell` is `Send` but not `Sync`: two owners on two threads would set it at once"
    );
    assert!(
        !impls!(Arc<MutexGuard<'static, u32>>: Send | Sync)
            && !impls!(Weak<MutexGuard<'static, u32>>: Send | Sync),
        "a guard is `Sync` but not `Send`: the last owner, on another thread, would drop it there"
    );
    assert!(
        !impls!(Arc<Rc<u32>>: Send | Sync),
        "an `Rc` is neither: its own count is not atomic"
    );
}

/// What it means if too many owners are let in.
const WRAPS: &str = "with a few more of them the count would wrap round to 0, and the value would be dropped while it \
                     has owners";

/// `MAX_REFS` owners are no reason to abort, however the last one is made: by `clone`, or by `upgrade`.
#[test]
fn as_many_owners_as_the_limit_says_are_fine() {
    let one = Arc::new(());
    let weak = Arc::downgrade(&one);
    let mut owners: Vec<_> = (2..MAX_REFS).map(|_| one.clone()).collect();
    owners.push(weak.upgrade().expect("there are owners"));
    assert_eq!(Arc::strong_count(&one), MAX_REFS);
    drop(owners.pop());
    owners.push(one.clone());
    assert_eq!(Arc::strong_count(&one), MAX_REFS);
}

/// `MAX_REFS` weak references are no reason to abort, however the last one is made. `weak` is one higher: the one that the
/// strong references hold is not among them.
#[test]
fn as_many_weak_references_as_the_limit_says_are_fine() {
    let one = Arc::new(());
    let weak = Arc::downgrade(&one);
    let mut watchers: Vec<_> = (3..MAX_REFS).map(|_| weak.clone()).collect();
    watchers.push(Arc::downgrade(&one));
    assert_eq!(Arc::weak_count(&one), MAX_REFS - 1);
    watchers.push(weak.clone());
    assert_eq!(Arc::weak_count(&one), MAX_REFS);
    drop(watchers.pop());
    watchers.push(Arc::downgrade(&one));
    assert_eq!(
        Arc::weak_count(&one),
        MAX_REFS,
        "as many weak references as the limit says, and the strong ones do not count among them"
    );
}

/// One more than the limit says aborts, and not twice as many.
#[test]
fn one_owner_too_many_aborts() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        let _owners: Vec<_> = (1..=MAX_REFS).map(|_| one.clone()).collect();
    });
}

/// The same for an upgrade.
#[test]
fn one_upgrade_too_many_aborts() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        let weak = Arc::downgrade(&one);
        let _owners: Vec<_> = (1..=MAX_REFS).map(|_| weak.upgrade()).collect();
    });
}

/// The same for weak references, whichever way the last of them is made.
#[test]
fn one_weak_reference_too_many_aborts() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        let _watchers: Vec<_> = (0..=MAX_REFS).map(|_| Arc::downgrade(&one)).collect();
    });
}

/// The same for a clone of one.
#[test]
fn one_clone_of_a_weak_reference_too_many_aborts() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        let weak = Arc::downgrade(&one);
        let _watchers: Vec<_> = (1..=MAX_REFS).map(|_| weak.clone()).collect();
    });
}

/// Overflow: a count that wraps round to 0 would free what is in use. A loop of `mem::forget` gets there.
#[test]
fn too_many_owners_abort() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        for _ in 0..2 * MAX_REFS {
            mem::forget(one.clone());
        }
    });
}

/// Overflow of the other count, which guards the memory.
#[test]
fn too_many_weak_references_abort() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        for _ in 0..2 * MAX_REFS {
            mem::forget(Arc::downgrade(&one));
        }
    });
}

/// Overflow by cloning what was downgraded.
#[test]
fn too_many_clones_of_a_weak_reference_abort() {
    stress::aborts(WRAPS, || {
        let weak = Arc::downgrade(&Arc::new(()));
        for _ in 0..2 * MAX_REFS {
            mem::forget(weak.clone());
        }
    });
}

/// Overflow by the third way to a strong reference.
#[test]
fn too_many_upgrades_abort() {
    stress::aborts(WRAPS, || {
        let one = Arc::new(());
        let weak = Arc::downgrade(&one);
        for _ in 0..2 * MAX_REFS {
            mem::forget(weak.upgrade());
        }
    });
}
