//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::Pool` is yours. A slot is a cell of the facade: a model sees each use of an object, and asks what orders one
//! before the other. Objects and the shared memory are watched: a model fails if one is left.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::sync::alloc::Track;
use crate::sync::tracked;
use crate::sync::{thread, waits_in};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/object_pool.rs"));
}
use source::{Pool, Pooled};

/// A pool of numbers, which stay as they are when they are used again.
fn numbers(capacity: usize) -> Arc<Pool<[u32; 2]>> {
    Arc::new(Pool::new(capacity, || [0, 0], |_| ()))
}

/// Takes an object, if there is one, and changes it in two places.
fn use_one(pool: &Pool<[u32; 2]>, value: u32) -> Option<[u32; 2]> {
    let mut object = pool.try_take()?;
    let found = *object;
    *object = [value; 2];
    Some(found)
}

/// object used → brought back → taken → object used: the next user sees all that the last one did.
#[test]
fn whoever_takes_it_next_sees_what_was_done() {
    lanes::model(|| {
        let pool = numbers(1);
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || use_one(&pool, 1)
        });
        let mine = use_one(&pool, 2);
        let theirs = other.join().unwrap();
        match (mine, theirs) {
            (Some([0, 0]), None | Some([2, 2])) | (None | Some([1, 1]), Some([0, 0])) => {}
            found => panic!(
                "there is one object, [0, 0] at first. Two threads took it, left 2s and 1s, and found {found:?}"
            ),
        }
    });
}

/// Two that take at once get two objects.
#[test]
fn two_users_get_two_objects() {
    lanes::model(|| {
        let pool = numbers(2);
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.try_take()
        });
        let mine = pool.try_take();
        let theirs = other.join().unwrap();
        let (Some(mut mine), Some(mut theirs)) = (mine, theirs) else {
            panic!("there are two objects for two threads, and one was told that all are out");
        };
        *mine = [1, 1];
        *theirs = [2, 2];
        assert_eq!(*mine, [1, 1], "both guards lead to one object");
    });
}

/// Two that return at once bring two slots back.
#[test]
fn two_that_come_back_are_both_there() {
    lanes::model(|| {
        let pool = numbers(2);
        let mine = pool.try_take().expect("there are two");
        let theirs = pool.try_take().expect("there are two");
        let other = thread::spawn(move || drop(theirs));
        drop(mine);
        other.join().unwrap();
        let guards = (pool.try_take(), pool.try_take());
        assert!(
            guards.0.is_some() && guards.1.is_some(),
            "two objects were brought back at the same time, and only one of them is in the pool"
        );
    });
}

/// One object is discarded, another thread takes the slot, and the first looks once more: it is out.
#[test]
fn a_slot_comes_back_once() {
    lanes::model(|| {
        let pool = numbers(1);
        let spoilt = pool.try_take().expect("there is one");
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || use_one(&pool, 1)
        });
        Pooled::discard(spoilt);
        use_one(&pool, 2);
        other.join().unwrap();
        assert_eq!(
            pool.available(),
            1,
            "left: the slots that are free in the end"
        );
    });
}

/// Bounded, also for a moment: a spoilt object is gone before its slot is free for the next.
#[test]
fn there_are_never_more_objects_than_slots() {
    struct Object(Arc<AtomicUsize>);
    impl Drop for Object {
        fn drop(&mut self) {
            thread::yield_now();
            self.0.fetch_sub(1, Relaxed);
        }
    }

    lanes::model(|| {
        let alive = Arc::new(AtomicUsize::new(0));
        let make = move || {
            assert_eq!(
                alive.fetch_add(1, Relaxed),
                0,
                "there is one slot. A new object is made for it, and the spoilt one is still there"
            );
            Object(Arc::clone(&alive))
        };
        let pool = Arc::new(Pool::new(1, make, |_| ()));
        let spoilt = pool.try_take().expect("there is one");
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || drop(pool.try_take())
        });
        Pooled::discard(spoilt);
        other.join().unwrap();
    });
}

/// An object that a model misses if nobody drops it, and that counts its drops.
struct Watched {
    #[allow(dead_code, reason = "a model watches it go")]
    life: Track<()>,
    uses: u32,
    drops: Arc<AtomicUsize>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Relaxed);
    }
}

fn watched(capacity: usize) -> (Pool<Watched>, Arc<AtomicUsize>) {
    let drops = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&drops);
    let make = move || Watched {
        life: Track::new(()),
        uses: 0,
        drops: Arc::clone(&counter),
    };
    (Pool::new(capacity, make, |_| ()), drops)
}

/// The pool goes at the very moment at which an object comes back: one of the two drops it, and does not leave it to the
/// other guard.
#[test]
fn the_pool_goes_while_an_object_comes_back() {
    lanes::model(|| {
        let (pool, drops) = watched(2);
        let theirs = pool.try_take().expect("there are two");
        let mine = pool.try_take().expect("there are two");
        let other = thread::spawn(move || drop(theirs));
        drop(pool);
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            1,
            "left: objects that were dropped. The pool is gone, and so is one of its two guards: its object belongs to \
             nobody any more"
        );
        drop(mine);
        assert_eq!(drops.load(Relaxed), 2, "left: objects that were dropped");
    });
}

/// object used → brought back → pool gone → object dropped; and the memory goes last.
#[test]
fn whoever_goes_last_leaves_nothing() {
    lanes::model(|| {
        let (pool, drops) = watched(1);
        let pool = tracked::Arc::new(pool);
        let other = thread::spawn({
            let pool = tracked::Arc::clone(&pool);
            move || {
                let mut guard = pool.try_take();
                drop(pool);
                if let Some(object) = &mut guard {
                    object.uses += 1;
                }
                drop(guard);
            }
        });
        drop(pool.try_take());
        drop(pool);
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            1,
            "left: how often the one object was dropped"
        );
    });
}

/// A panic in the middle of a change: nobody else ever sees the half of it.
#[test]
fn nobody_sees_what_a_panic_left_half_done() {
    lanes::model(|| {
        let pool = numbers(1);
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || pool.try_take().map(|object| *object)
        });
        let left = catch_unwind(AssertUnwindSafe(|| {
            if let Some(mut object) = pool.try_take() {
                object[0] = 1;
                // Not `panic!`, which ends a model.
                resume_unwind(Box::new("half way"));
            }
        }));
        if let Err(payload) = left
            && payload.downcast_ref() != Some(&"half way")
        {
            resume_unwind(payload);
        }
        let found = other.join().unwrap();
        assert!(
            matches!(found, None | Some([0, 0])),
            "the other thread found {found:?}: what somebody left who panicked in the middle of a change"
        );
        assert_eq!(
            pool.available(),
            1,
            "left: the slots that are free in the end"
        );
    });
}

/// However often somebody else is faster, a call goes on for as long as there is an object.
#[test]
fn a_taker_does_not_give_up_while_there_are_objects() {
    lanes::model(|| {
        let pool = numbers(2);
        let other = thread::spawn({
            let pool = Arc::clone(&pool);
            move || {
                drop(pool.try_take());
                pool.try_take()
            }
        });
        assert!(
            pool.try_take().is_some(),
            "`None`: there are two objects, and at no moment was more than one out"
        );
        drop(other.join().unwrap());
    });
}

/// Never blocks: a call beside one that only looks has nothing that it could wait for.
#[test]
fn nobody_waits_for_anybody() {
    lanes::model(|| {
        let waits = waits_in(|| {
            let pool = numbers(2);
            let looking = thread::spawn({
                let pool = Arc::clone(&pool);
                move || pool.available()
            });
            for _ in 0..2 {
                drop(pool.try_take().expect("two are free"));
            }
            assert!(looking.join().unwrap() >= 1, "one was out, or none");
        });
        assert_eq!(
            waits, 0,
            "one thread took objects and another only looked, and somebody waited: is there a lock, or a flag that is one?"
        );
    });
}
