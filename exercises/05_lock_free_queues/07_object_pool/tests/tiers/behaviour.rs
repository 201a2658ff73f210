//! What one thread can see. A call that waits fails its test after a few seconds.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::rc::Rc;
use std::sync::{Arc, MutexGuard, OnceLock};

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::{self, finishes};
use object_pool::{MAX_CAPACITY, Pool, Pooled};

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str = "`try_take`, or the drop of a guard or a pool, which never wait,";

thread_local! {
    /// What has happened to objects on this thread, in order.
    static EVENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// How many objects this thread has made.
    static MADE: Cell<u32> = const { Cell::new(0) };
    /// Which of the user's functions panics next.
    static GRUMPY: Cell<&'static str> = const { Cell::new("nobody") };
}

fn note(event: String) {
    EVENTS.with_borrow_mut(|all| all.push(event));
}

/// What has happened since the last call.
fn events() -> Vec<String> {
    EVENTS.take()
}

/// Panics, if it is the turn of `who`.
fn perhaps_panic(who: &str) {
    if GRUMPY.get() == who {
        GRUMPY.set("nobody");
        panic_with("grumpy");
    }
}

/// An object that writes down what becomes of it. It owns nothing: to drop it twice is a mistake, and harmless.
#[derive(Debug)]
struct Object {
    number: u32,
    /// What its user left in it. A reset makes it 0.
    dirt: u32,
}

impl Object {
    fn make() -> Self {
        perhaps_panic("make");
        let number = MADE.get() + 1;
        MADE.set(number);
        note(format!("make {number}"));
        Self { number, dirt: 0 }
    }

    fn reset(&mut self) {
        note(format!("reset {}", self.number));
        perhaps_panic("reset");
        self.dirt = 0;
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        note(format!("drop {}", self.number));
        perhaps_panic("drop");
    }
}

fn pool(capacity: usize) -> Pool<Object> {
    Pool::new(capacity, Object::make, Object::reset)
}

#[track_caller]
fn take(pool: &Pool<Object>) -> Pooled<Object> {
    pool.try_take()
        .expect("`None`, and not all objects are out: has a slot been lost?")
}

/// Calls something that is to panic.
#[track_caller]
fn panics(what: &str, work: impl FnOnce()) {
    assert_eq!(panic_of(work), Some(Panic("grumpy")), "{what}");
}

/// What a pool is for.
#[test]
fn an_object_is_made_once_and_used_again() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = pool(2);
        assert_eq!(
            events(),
            [""; 0],
            "nobody has taken anything: none is made in advance"
        );
        for _ in 0..3 {
            let object = take(&pool);
            assert_eq!(object.number, 1, "the first object is there to be used");
            drop(object);
        }
        assert_eq!(
            events(),
            ["make 1", "reset 1", "reset 1"],
            "made for the first use, and reset before each other"
        );
    });
}

/// The next user finds nothing of the one before.
#[test]
fn an_object_is_reset_before_it_is_used_again() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = pool(1);
        let mut object = take(&pool);
        object.dirt = 7;
        drop(object);
        assert_eq!(
            take(&pool).dirt,
            0,
            "left: what the next user finds; right: what a reset leaves"
        );
    });
}

/// Bounded: `capacity` objects, and not one more or less.
#[test]
fn there_are_as_many_objects_as_the_capacity() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for capacity in [1, 2, 3, 62, MAX_CAPACITY] {
            let pool = pool(capacity);
            assert_eq!(pool.capacity(), capacity);
            let mut guards: Vec<_> = (0..capacity).map(|_| take(&pool)).collect();
            assert!(
                pool.try_take().is_none(),
                "all {capacity} are out, and there is one more"
            );
            let mut numbers: Vec<_> = guards.iter().map(|guard| guard.number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(
                numbers.len(),
                capacity,
                "left: how many different objects are out"
            );
            // Back in an order of their own, and each can be taken again.
            for at in [capacity / 2, 0] {
                if at < guards.len() {
                    drop(guards.swap_remove(at));
                    guards.push(take(&pool));
                    assert!(
                        pool.try_take().is_none(),
                        "one came back, and one was taken"
                    );
                }
            }
            drop(guards);
            assert_eq!(pool.available(), capacity, "all are back");
        }
    });
}

/// Each guard leads to an object of its own, and to the same one all the time.
#[test]
fn guards_do_not_share_objects() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = pool(3);
        let mut guards = [take(&pool), take(&pool), take(&pool)];
        for (n, guard) in (1..).zip(&mut guards) {
            guard.dirt = n;
        }
        assert_eq!(guards.each_ref().map(|guard| guard.dirt), [1, 2, 3]);
    });
}

/// Spoilt: it goes, its slot stays, and the next one is new.
#[test]
fn a_discarded_object_does_not_come_back() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = pool(1);
        Pooled::discard(take(&pool));
        assert_eq!(
            events(),
            ["make 1", "drop 1"],
            "it is dropped at once, and once"
        );
        assert_eq!(
            pool.available(),
            1,
            "left: slots that are free after a discard"
        );
        assert_eq!(take(&pool).number, 2, "a new one takes its place");
        assert_eq!(events(), ["make 2"], "and a new one need not be reset");
    });
}

/// To discard and to return again and again costs nothing in the end.
#[test]
fn a_discard_costs_no_slot() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = pool(2);
        for _ in 0..10 {
            let kept = take(&pool);
            Pooled::discard(take(&pool));
            assert_eq!(
                pool.available(),
                1,
                "one is out, one was discarded: left: the slots that are free"
            );
            drop(kept);
            assert_eq!(pool.available(), 2, "left: the slots that are free");
        }
    });
}

/// A guard is dropped by a panic as well. Its object may be half of something.
#[test]
fn an_object_whose_user_panics_does_not_come_back() {
    stress::apart(|| {
        let pool = pool(1);
        panics("the user panics", || {
            let mut object = take(&pool);
            object.dirt = 7;
            panic_with("grumpy");
        });
        assert_eq!(
            events(),
            ["make 1", "drop 1"],
            "its user panicked in the middle of its work: the object is spoilt, and is dropped, once"
        );
        assert_eq!(
            pool.available(),
            1,
            "left: slots that are free after the panic. The object is gone, its slot is not"
        );
        assert_eq!(take(&pool).number, 2, "the next user gets a new object");
    });
}

/// What cannot be made leaves its slot as it was.
#[test]
fn a_make_that_panics_costs_no_slot() {
    stress::apart(|| {
        let pool = pool(1);
        GRUMPY.set("make");
        panics("the panic goes on to whoever takes", || {
            drop(pool.try_take())
        });
        assert_eq!(
            pool.available(),
            1,
            "left: slots that are free after `make` panicked. Who brings it back?"
        );
        assert_eq!(take(&pool).number, 1, "the next one can be made");
    });
}

/// What cannot be reset is spoilt.
#[test]
fn a_reset_that_panics_costs_no_slot() {
    stress::apart(|| {
        let pool = pool(1);
        drop(take(&pool));
        GRUMPY.set("reset");
        panics("the panic goes on to whoever takes", || {
            drop(pool.try_take())
        });
        assert_eq!(
            events(),
            ["make 1", "reset 1", "drop 1"],
            "an object that cannot be reset is spoilt: it is dropped, once"
        );
        assert_eq!(
            pool.available(),
            1,
            "left: slots that are free after `reset` panicked. Who brings it back?"
        );
        assert_eq!(take(&pool).number, 2, "the next user gets a new object");
    });
}

/// A destructor is somebody else's code, too.
#[test]
fn a_destructor_that_panics_costs_no_slot() {
    stress::apart(|| {
        let pool = pool(1);
        let object = take(&pool);
        GRUMPY.set("drop");
        panics("the panic goes on to whoever discards", || {
            Pooled::discard(object);
        });
        assert_eq!(
            pool.available(),
            1,
            "left: slots that are free after a destructor panicked in `discard`. Who brings it back?"
        );
        assert_eq!(take(&pool).number, 2);
        assert_eq!(events(), ["make 1", "drop 1", "make 2"]);
    });
}

/// Who drops it? What is in the pool: the pool. What is out: its guard. Neither waits for the other.
#[test]
fn the_pool_may_go_before_its_guards() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = pool(3);
        let (mut first, second, third) = (take(&pool), take(&pool), take(&pool));
        drop(second);
        events();

        drop(pool);
        assert_eq!(
            events(),
            ["drop 2"],
            "left: what went with the pool; right: the one object that was in it. Guards do not keep it"
        );
        first.dirt = 7;
        assert_eq!(
            (first.number, first.dirt),
            (1, 7),
            "a guard is good for as long as it is there"
        );
        drop(first);
        assert_eq!(
            events(),
            ["drop 1"],
            "left: what went with the first guard. There is no pool for it to come back to, and another guard is not one"
        );
        Pooled::discard(third);
        assert_eq!(events(), ["drop 3"], "left: what went with the last guard");
    });
}

/// Nobody keeps anybody alive for ever: not the pool its guards, not the guards the pool, not the objects either.
#[test]
fn nothing_is_left_in_the_end() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let witness = Arc::new(());
        let (made, reset) = (Arc::clone(&witness), Arc::clone(&witness));
        let make = move || Arc::clone(&made);
        let pool = Pool::new(2, make, move |_: &mut Arc<()>| _ = Arc::clone(&reset));
        drop((pool.try_take(), pool.try_take()));
        let (first, second) = (pool.try_take(), pool.try_take());
        drop(second);
        drop(pool);
        drop(first);
        assert_eq!(
            Arc::strong_count(&witness),
            1,
            "pool and guards are gone, and something is left that has an object, `make` or `reset`"
        );
    });
}

/// A discarded object leaves nothing behind either.
#[test]
fn nothing_is_left_of_what_was_discarded() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let witness = Arc::new(());
        let made = Arc::clone(&witness);
        let pool = Pool::new(2, move || Arc::clone(&made), |_| ());
        let (first, second) = (pool.try_take(), pool.try_take());
        Pooled::discard(first.expect("there are two"));
        drop(pool);
        Pooled::discard(second.expect("there are two"));
        assert_eq!(
            Arc::strong_count(&witness),
            1,
            "pool and guards are gone, and something is left that has an object or `make`: does each guard give up its \
             share of the memory?"
        );
    });
}

/// A destructor that panics is passed on, and takes no other object with it.
#[test]
fn a_destructor_that_panics_leaks_no_other_object() {
    stress::apart(|| {
        let pool = pool(4);
        let guard = {
            let guards = [take(&pool), take(&pool), take(&pool), take(&pool)];
            let [out, ..] = guards;
            out
        };
        events();
        GRUMPY.set("drop");
        panics("the panic goes on to whoever drops the pool", || drop(pool));
        let mut dropped = events();
        dropped.sort_unstable();
        assert_eq!(
            dropped,
            ["drop 2", "drop 3", "drop 4"],
            "left: the objects that were dropped with the pool. One destructor panics, the others have to run all the same"
        );
        drop(guard);
        assert_eq!(events(), ["drop 1"]);
    });
}

/// A panic while a guard is out takes the pool first, or the guard first, as the scopes lie.
#[test]
fn a_panic_drops_pool_and_guards_like_anything_else() {
    stress::apart(|| {
        panics("the user panics", || {
            let pool = pool(2);
            let guard = take(&pool);
            drop(take(&pool));
            let _pool = pool; // dropped before `guard`
            let _guard = guard;
            panic_with("grumpy");
        });
        let mut events = events();
        events.sort_unstable();
        assert_eq!(events, ["drop 1", "drop 2", "make 1", "make 2"]);
    });
}

/// Whenever the thread is panicking, an object is dropped and not returned: a thread cannot tell which of two panics drops a
/// guard. A guard that outlives the panic brings its object back.
#[test]
fn during_a_panic_no_object_comes_back() {
    stress::apart(|| {
        let pool = pool(3);
        drop((take(&pool), take(&pool))); // what is not written yet should say so here, and not while we unwind
        events();
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                outlives = pool.try_take();
                drop(pool.try_take());
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            events(),
            ["reset 1", "reset 2", "drop 2"],
            "an object was taken and returned in a destructor, during a panic: to be on the safe side, it should be dropped"
        );
        assert_eq!(pool.available(), 2, "its slot is free");
        drop(outlives);
        assert_eq!(
            events(),
            [""; 0],
            "another was taken during the panic, and returned when that was over: it should come back"
        );
        assert_eq!(pool.available(), 3);
        assert_eq!(take(&pool).number, 1);
    });
}

/// Every drop runs also by a panic: a pool that a panic drops drops its idle objects at once, and those that are out go with
/// their guards.
#[test]
fn a_panic_that_drops_a_pool_drops_its_idle_objects() {
    stress::apart(|| {
        let pool = pool(3);
        let (first, second, third) = (take(&pool), take(&pool), take(&pool));
        drop((first, third));
        events();
        let panic = panic_of(move || {
            let _pool = pool;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        let mut dropped = events();
        dropped.sort_unstable();
        assert_eq!(
            dropped,
            ["drop 1", "drop 3"],
            "a panic has dropped the pool, and a guard is still out: the idle objects go with the pool, and not with the last \
             guard. Is there an `if !panicking()` in its `drop`?"
        );
        drop(second);
        assert_eq!(
            events(),
            ["drop 2"],
            "the pool is gone: its guard drops the object"
        );
    });
}

/// Reentrancy: what makes an object, resets it or drops it may use the same pool.
#[test]
fn make_reset_and_drop_may_use_the_pool() {
    struct Nested(u32);
    impl Drop for Nested {
        fn drop(&mut self) {
            drop(pool_of_nested().try_take());
        }
    }
    static POOL: OnceLock<Pool<Nested>> = OnceLock::new();
    thread_local! {
        static DEPTH: Cell<u32> = const { Cell::new(0) };
    }
    fn pool_of_nested() -> &'static Pool<Nested> {
        POOL.get_or_init(|| Pool::new(4, || Nested(nested()), |object| object.0 = nested()))
    }
    /// Takes another object, unless three are out already.
    fn nested() -> u32 {
        let depth = DEPTH.get() + 1;
        DEPTH.set(depth);
        let inner = if depth < 3 {
            pool_of_nested().try_take()
        } else {
            None
        };
        let below = inner.as_ref().map_or(0, |object| object.0);
        drop(inner);
        DEPTH.set(depth - 1);
        below + 1
    }

    finishes("a `make` that takes from the same pool", || {
        let pool = pool_of_nested();
        for _ in 0..3 {
            let object = pool.try_take().expect("four are free");
            assert_eq!(
                object.0, 3,
                "made or reset with two more, one inside of the other"
            );
            drop(object);
            assert_eq!(pool.available(), 4, "all have come back");
        }
        Pooled::discard(pool.try_take().expect("four are free"));
        assert_eq!(
            pool.available(),
            4,
            "its destructor has taken another, and returned it"
        );
    });
}

/// Any type: one without a size, and one with an unusual alignment.
#[test]
fn the_size_of_the_objects_does_not_matter() {
    #[repr(align(256))]
    struct Wide([u8; 300]);

    finishes(NOTHING_TO_WAIT_FOR, || {
        let pool = Pool::new(2, || (), |()| ());
        let (first, second) = (pool.try_take(), pool.try_take());
        assert!(first.is_some() && second.is_some() && pool.try_take().is_none());

        let pool = Pool::new(2, || Wide([1; 300]), |wide| wide.0 = [2; 300]);
        drop(pool.try_take());
        let wide = pool.try_take().expect("it is free");
        assert_eq!(wide.0, [2; 300]);
        assert_eq!((&raw const *wide).addr() % 256, 0, "it is aligned");
    });
}

/// None is no pool, and one bit is kept for something else.
#[test]
fn a_pool_has_1_to_63_objects() {
    for capacity in [0, MAX_CAPACITY + 1, usize::MAX] {
        let made = catch_unwind(|| Pool::new(capacity, || 1, |_| ()));
        assert!(made.is_err(), "a pool of {capacity} was made");
    }
}

/// An object goes from thread to thread, so it has to be `Send`. A guard that is shared shares its object: `Sync`.
#[test]
fn only_sendable_objects_may_be_lent() {
    assert!(
        impls!(Pool<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it: `T: Send` is enough for the pool"
    );
    assert!(
        !impls!(Pool<Rc<u32>>: Send | Sync),
        "an `Rc` must stay on its thread: a pool would lend it to another"
    );
    assert!(
        !impls!(Pool<MutexGuard<'static, u32>>: Send | Sync),
        "a `MutexGuard` must be dropped where it was made: `T: Sync` is not enough"
    );
    assert!(
        impls!(Pooled<Cell<u32>>: Send),
        "a guard may go to another thread, and take its object along"
    );
    assert!(
        !impls!(Pooled<Cell<u32>>: Sync),
        "two threads that share a guard share its object, and a `Cell` must not be shared"
    );
    assert!(impls!(Pooled<u32>: Send & Sync), "a number may be shared");
    assert!(!impls!(Pooled<Rc<u32>>: Send | Sync));
}
