//! What the explorer finds wrong with programs, and what it does not.

use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use explorer::{Failure, Found, Kind, Settings, explore, raw};
use lanes::sync::alloc::{Layout, alloc, dealloc};
use lanes::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, fence};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Mutex, RwLock, thread, tracked};

fn find<T: Ord + 'static>(program: impl Fn() -> T + 'static) -> Found<T> {
    let found = explore(&Settings::default(), program);
    assert_eq!(found.limit, None);
    found
}

fn kinds<T>(found: &Found<T>) -> Vec<Kind> {
    found.failures.iter().map(|failure| failure.kind).collect()
}

struct Shared {
    cell: UnsafeCell<u32>,
    flag: AtomicBool,
}
// SAFETY: the explorer watches the cell.
unsafe impl Sync for Shared {}

/// One writes and raises the flag, the other looks at the flag and reads.
fn message_passing(raise: fn(&AtomicBool), is_up: fn(&AtomicBool) -> bool) -> Vec<Kind> {
    let found = find(move || {
        let shared = Arc::new(Shared {
            cell: UnsafeCell::new(0),
            flag: AtomicBool::new(false),
        });
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                // SAFETY: a race ends the execution.
                shared.cell.with_mut(|cell| unsafe { *cell = 1 });
                raise(&shared.flag);
            }
        });
        if is_up(&shared.flag) {
            // SAFETY: as above.
            assert_eq!(shared.cell.with(|cell| unsafe { *cell }), 1);
        }
        other.join().unwrap();
    });
    kinds(&found)
}

#[test]
fn a_relaxed_flag_is_a_race_and_a_released_one_is_none() {
    assert_eq!(
        message_passing(|it| it.store(true, Release), |it| it.load(Acquire)),
        []
    );
    assert_eq!(
        message_passing(|it| it.store(true, Relaxed), |it| it.load(Acquire)),
        [Kind::Race]
    );
    assert_eq!(
        message_passing(|it| it.store(true, Release), |it| it.load(Relaxed)),
        [Kind::Race]
    );
    let fences = message_passing(
        |it| {
            fence(Release);
            it.store(true, Relaxed);
        },
        |it| {
            let is_up = it.load(Relaxed);
            fence(Acquire);
            is_up
        },
    );
    assert_eq!(fences, []);
}

#[test]
fn an_access_lasts_until_its_closure_ends() {
    let found = find(|| {
        let shared = Arc::new(Shared {
            cell: UnsafeCell::new(0),
            flag: AtomicBool::new(false),
        });
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.cell.with(|_| shared.flag.store(true, Release))
        });
        if shared.flag.load(Acquire) {
            // SAFETY: a race ends the execution.
            shared.cell.with_mut(|cell| unsafe { *cell = 1 });
        }
        other.join().unwrap();
    });
    assert_eq!(kinds(&found), [Kind::Race]);
}

/// A thread has read one of two equal values, only the newer of which hands the cell on, and then a third value.
#[test]
fn states_that_differ_only_in_which_accesses_are_known() {
    struct Handed {
        cell: UnsafeCell<u32>,
        x: AtomicU32,
    }
    // SAFETY: the explorer watches the cell.
    unsafe impl Sync for Handed {}
    let found = find(|| {
        let shared = Arc::new(Handed {
            cell: UnsafeCell::new(0),
            x: AtomicU32::new(0),
        });
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                shared.x.store(1, Relaxed);
                // SAFETY: a race ends the execution.
                shared.cell.with_mut(|cell| unsafe { *cell = 1 });
                shared.x.store(1, Release);
                shared.x.store(3, Relaxed);
            }
        });
        // One that knows of nothing, so that the write is not forgotten.
        let idle = thread::spawn({
            let shared = Arc::clone(&shared);
            move || drop(shared.x.load(Relaxed).to_string())
        });
        if shared.x.load(Acquire) == 1 && shared.x.load(Relaxed) == 3 {
            // SAFETY: as above.
            shared.cell.with(|cell| unsafe { *cell });
        }
        other.join().unwrap();
        idle.join().unwrap();
    });
    assert_eq!(kinds(&found), [Kind::Race]);
}

#[test]
fn a_read_modify_write_may_read_an_old_store() {
    let found = find(|| {
        let shared = Arc::new((AtomicU32::new(0), AtomicBool::new(false)));
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                shared.0.store(1, Relaxed);
                shared.1.store(true, Relaxed);
            }
        });
        let seen = shared.1.load(Relaxed).then(|| shared.0.swap(2, Relaxed));
        other.join().unwrap();
        seen
    });
    assert!(found.outcomes.contains(&Some(0)));
}

#[test]
fn an_atomic_that_is_handed_on_without_release_may_not_be_made_yet() {
    let found = |order| {
        find(move || {
            let slot = Arc::new(AtomicPtr::<AtomicU32>::default());
            let other = thread::spawn({
                let slot = Arc::clone(&slot);
                move || slot.store(Box::leak(Box::new(AtomicU32::new(7))), order)
            });
            // SAFETY: what is stored there is leaked.
            if let Some(atomic) = unsafe { slot.load(Acquire).as_ref() } {
                atomic.load(Relaxed);
            }
            other.join().unwrap();
        })
    };
    assert_eq!(kinds(&found(Release)), []);
    assert_eq!(kinds(&found(Relaxed)), [Kind::Race]);
}

#[test]
fn two_readers_of_a_lock_promise_each_other_nothing() {
    struct Read {
        lock: RwLock<()>,
        cell: UnsafeCell<u32>,
    }
    // SAFETY: the explorer watches the cell.
    unsafe impl Sync for Read {}
    fn write(shared: &Read) {
        let _guard = shared.lock.read().unwrap();
        // SAFETY: a race ends the execution.
        shared.cell.with_mut(|cell| unsafe { *cell += 1 });
    }
    let found = find(|| {
        let shared = Arc::new(Read {
            lock: RwLock::new(()),
            cell: UnsafeCell::new(0),
        });
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || write(&shared)
        });
        write(&shared);
        other.join().unwrap();
    });
    assert_eq!(kinds(&found), [Kind::Race]);
}

#[test]
fn a_writer_knows_what_readers_have_done_and_the_last_owner_what_others_have() {
    struct Counted(UnsafeCell<u32>);
    // SAFETY: the explorer watches the cell.
    unsafe impl Send for Counted {}
    // SAFETY: as above.
    unsafe impl Sync for Counted {}
    impl Drop for Counted {
        fn drop(&mut self) {
            // SAFETY: a race ends the execution.
            self.0.with_mut(|cell| unsafe { *cell += 1 });
        }
    }
    let found = find(|| {
        let lock = Arc::new(RwLock::new(()));
        let ours = tracked::Arc::new(Counted(UnsafeCell::new(0)));
        let theirs = tracked::Arc::clone(&ours);
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                let _guard = lock.read().unwrap();
                theirs.0.with(|_| ());
            }
        });
        let guard = lock.write().unwrap();
        ours.0.with(|_| ());
        drop(guard);
        drop(ours);
        other.join().unwrap();
    });
    assert_eq!(kinds(&found), []);
    let found = find(|| {
        let shared = Arc::new((RwLock::new(()), Counted(UnsafeCell::new(0))));
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                let _guard = shared.0.read().unwrap();
                shared.1.0.with(|_| ());
            }
        });
        {
            let _guard = shared.0.write().unwrap();
            // SAFETY: a race ends the execution.
            shared.1.0.with_mut(|cell| unsafe { *cell = 1 });
        }
        other.join().unwrap();
        std::mem::forget(shared);
    });
    assert_eq!(kinds(&found), []);
}

#[test]
fn locks_taken_in_opposite_orders_are_a_deadlock_shown_by_the_shortest_way() {
    let found = find(|| {
        let locks = Arc::new((Mutex::new(()), Mutex::new(())));
        let other = thread::spawn({
            let locks = Arc::clone(&locks);
            move || {
                let _second = locks.1.lock();
                let _first = locks.0.lock();
            }
        });
        {
            let _first = locks.0.lock();
            let _second = locks.1.lock();
        }
        other.join().unwrap();
    });
    let [failure] = &found.failures[..] else {
        panic!("{:?}", found.failures)
    };
    assert_eq!(failure.kind, Kind::Deadlock);
    let locks = failure
        .steps
        .iter()
        .filter(|step| step.what.starts_with("Lock"));
    assert_eq!(locks.count(), 2);
}

#[test]
fn a_panic_is_a_failure_even_if_it_is_caught() {
    let found = find(|| {
        let caught = std::panic::catch_unwind(|| panic!("seen"));
        let mutex = Mutex::new(0);
        *mutex.lock().unwrap() += 1;
        caught.is_err()
    });
    let [
        Failure {
            kind: Kind::Panic,
            message,
            ..
        },
    ] = &found.failures[..]
    else {
        panic!()
    };
    assert!(message.starts_with("seen ("), "{message}");
}

/// A facade may tell it to whoever joins, or fail as the one above does.
#[test]
fn a_thread_that_ends_by_resume_unwind_has_ended() {
    let found = find(|| {
        let mutex = Arc::new(Mutex::new(1));
        let other = raw::thread::next();
        raw::thread::spawn(other, {
            let mutex = Arc::clone(&mutex);
            move || {
                let _guard = mutex.lock().unwrap();
                std::panic::resume_unwind(Box::new(5_u8));
            }
        });
        raw::thread::join(other);
        *mutex.lock().unwrap()
    });
    assert_eq!(kinds(&found), []);
    assert_eq!(found.outcomes.into_iter().collect::<Vec<_>>(), [1]);
}

#[test]
fn allocations_are_watched_to_their_end() {
    fn explored(uses: fn(*mut u8, Layout)) -> Vec<Kind> {
        kinds(&find(move || {
            let layout = Layout::new::<u64>();
            // SAFETY: the layout is not empty.
            uses(unsafe { alloc(layout) }, layout);
        }))
    }
    // SAFETY: it is freed once.
    assert_eq!(explored(|it, layout| unsafe { dealloc(it, layout) }), []);
    assert_eq!(explored(|_, _| ()), [Kind::Leak]);
    let twice = explored(|it, layout| {
        // SAFETY: it is freed once.
        unsafe { dealloc(it, layout) };
        // SAFETY: the execution ends before it is.
        unsafe { dealloc(it, layout) };
    });
    assert_eq!(twice, [Kind::UseAfterFree]);
}

#[test]
fn a_node_that_is_freed_while_another_thread_reads_it_is_found() {
    struct Node(UnsafeCell<u32>);
    let found = find(|| {
        let layout = Layout::new::<Node>();
        // SAFETY: the layout is not empty.
        let node = unsafe { alloc(layout) }.cast::<Node>();
        // SAFETY: it was just allocated for a node.
        unsafe { node.write(Node(UnsafeCell::new(1))) };
        let head = Arc::new(AtomicPtr::new(node));
        let other = thread::spawn({
            let head = Arc::clone(&head);
            move || {
                // SAFETY: none: that is the mistake.
                let node = unsafe { head.load(Acquire).as_ref() };
                // SAFETY: as above.
                node.map(|node| node.0.with(|value| unsafe { *value }))
            }
        });
        let node = head.swap(std::ptr::null_mut(), AcqRel);
        // SAFETY: nobody else writes.
        unsafe { &*node }.0.with_mut(|value| unsafe { *value = 0 });
        // SAFETY: it was allocated like that, and nobody else frees it.
        unsafe { dealloc(node.cast(), layout) };
        other.join().unwrap()
    });
    // The cell lies in the node, and is read after that is freed.
    assert!(found.has(Kind::UseAfterFree), "{:?}", found.failures);
}

#[test]
fn whoever_drops_the_last_reference_is_explored() {
    struct Last(Arc<AtomicU32>, u32);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.fetch_add(self.1, Relaxed);
        }
    }
    let found = find(|| {
        let ends = Arc::new(AtomicU32::new(0));
        let ours = tracked::Arc::new(Last(Arc::clone(&ends), 1));
        let theirs = tracked::Arc::clone(&ours);
        let other = thread::spawn({
            let ends = Arc::clone(&ends);
            move || {
                drop(theirs);
                ends.load(Relaxed)
            }
        });
        drop(ours);
        let after_ours = ends.load(Relaxed);
        (after_ours, other.join().unwrap(), ends.load(Relaxed))
    });
    assert_eq!(kinds(&found), []);
    assert!(
        found
            .outcomes
            .iter()
            .all(|&(_, _, at_the_end)| at_the_end == 1)
    );
    assert!(found.outcomes.contains(&(0, 1, 1)) && found.outcomes.contains(&(1, 0, 1)));
}

#[test]
fn a_counted_value_that_refers_to_itself_leaks() {
    struct Node {
        next: Mutex<Option<tracked::Arc<Node>>>,
    }
    let found = find(|| {
        let node = tracked::Arc::new(Node {
            next: Mutex::new(None),
        });
        *node.next.lock().unwrap() = Some(tracked::Arc::clone(&node));
    });
    assert_eq!(kinds(&found), [Kind::Leak]);
}

#[test]
fn a_program_with_a_mind_of_its_own_is_found_out() {
    let runs = std::cell::Cell::new(0);
    let found = find(move || {
        runs.set(runs.get() + 1);
        let x = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let x = Arc::clone(&x);
            move || x.store(1, Relaxed)
        });
        if runs.get() % 2 == 0 {
            x.load(Relaxed);
        }
        x.fetch_add(1, Relaxed);
        other.join().unwrap();
    });
    let [
        Failure {
            kind: Kind::NotDeterministic,
            message,
            ..
        },
    ] = &found.failures[..]
    else {
        panic!("{:?}", found.failures)
    };
    assert!(
        message.starts_with("T0 was told the same as before, and did "),
        "{message}"
    );
}

#[test]
fn eight_threads_are_explored() {
    let found = find(|| {
        let count = Arc::new(AtomicU32::new(0));
        let spawn = |_| {
            let count = Arc::clone(&count);
            thread::spawn(move || count.store(1, Relaxed))
        };
        let others: Vec<_> = (0..7).map(spawn).collect();
        others.into_iter().for_each(|other| other.join().unwrap());
        count.load(Relaxed)
    });
    assert_eq!(found.outcomes.into_iter().collect::<Vec<_>>(), [1]);
}

#[test]
#[should_panic(expected = "used outside of a program that is being explored")]
fn a_step_cannot_be_taken_outside() {
    raw::Atomic::new(0, 4);
}
