//! Memory that is freed, and what lies in it.

use std::ptr;
use std::sync::Arc;

use lanes::Kind;
use lanes::sync::alloc::Track;
use lanes::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::*};
use lanes::sync::cell::{SyncCell, UnsafeCell};
use lanes::sync::tracked::{self, Box};
use lanes::sync::{Mutex, epoch, thread};

use crate::{fails, passes};

/// A pointer that goes to another thread.
struct Shared<T>(*mut T);
// SAFETY: what it leads to is shared between threads.
unsafe impl<T> Send for Shared<T> {}

impl<T> Shared<T> {
    fn get(&self) -> &T {
        // SAFETY: the memory stays allocated as long as the execution; a model finds those who come too late.
        unsafe { &*self.0 }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

/// Two threads share a node. The other one uses it, and says so; this one frees it when `is_over`.
fn use_and_free(said: std::sync::atomic::Ordering, looks: bool) {
    let node = Shared(Box::into_raw(Box::new(AtomicU32::new(0))));
    let done = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (node, done) = (node.clone(), Arc::clone(&done));
        move || {
            node.get().fetch_add(1, Relaxed);
            done.store(true, said);
        }
    });
    if !looks || done.load(Acquire) {
        // SAFETY: made by `into_raw`, above.
        drop(unsafe { Box::from_raw(node.0) });
        other.join().unwrap();
    } else {
        other.join().unwrap();
        // SAFETY: as above.
        drop(unsafe { Box::from_raw(node.0) });
    }
}

#[test]
fn a_node_may_be_freed_by_who_knows_that_it_is_used_no_more() {
    passes(|| use_and_free(Release, true));
}

#[test]
fn a_node_that_is_freed_too_early_is_a_use_after_free_or_a_race() {
    let error = lanes::explore(|| use_and_free(Release, false)).unwrap_err();
    assert!(matches!(error.kind(), Kind::UseAfterFree | Kind::DataRace));
}

#[test]
fn a_node_that_is_freed_with_nothing_between_is_a_race() {
    fails(
        Kind::DataRace,
        &["data race on `allocation node`", "✗ free"],
        || use_and_free(Relaxed, true),
    );
}

#[test]
fn the_row_says_who_made_it_and_who_freed_it() {
    let words = [
        "use after free on `allocation node`",
        "new allocation node",
        "free allocation node",
        "✗ use allocation node",
    ];
    fails(Kind::UseAfterFree, &words, || {
        let node = Box::into_raw(Box::new(Mutex::new(0)));
        // SAFETY: made by `into_raw`, above.
        drop(unsafe { Box::from_raw(node) });
        drop(Shared(node).get().lock());
    });
}

#[test]
fn a_second_drop_is_caught_before_the_value_is_dropped_again() {
    fails(Kind::UseAfterFree, &["✗ free node", "free node"], || {
        let node = Box::into_raw(Box::new(Track::new(std::boxed::Box::new(1))));
        // SAFETY: made by `into_raw`, above.
        drop(unsafe { Box::from_raw(node) });
        // SAFETY: it is not; that is what is tested.
        drop(unsafe { Box::from_raw(node) });
    });
}

#[test]
fn a_box_that_nobody_drops_is_a_leak() {
    fails(Kind::Leak, &["leak: `node` is never dropped"], || {
        let node = Box::new(1);
        Box::into_raw(node);
    });
}

#[test]
fn a_value_comes_out_of_its_box() {
    passes(|| {
        let mut node = Box::new((String::from("x"), AtomicU32::new(1)));
        node.0.push('y');
        let (text, number) = tracked::unbox(node);
        assert_eq!((text.as_str(), number.load(Relaxed)), ("xy", 1));
        drop(Box::new(()));
    });
}

#[test]
fn freed_memory_reads_as_nonsense() {
    passes(|| {
        let node = Box::into_raw(Box::new(1_u32));
        // SAFETY: made by `into_raw`, above.
        drop(unsafe { Box::from_raw(node) });
        // SAFETY: the memory stays allocated as long as the execution, and every pattern is a number.
        assert_eq!(unsafe { *node }, 0xdede_dede);
    });
}

struct Node {
    value: UnsafeCell<u32>,
    next: AtomicPtr<()>,
}

/// Reads a field of a node that a pinned thread has deferred, before or after it lets go.
fn reads_a_field(late: bool) {
    let guard = epoch::pin();
    let node = epoch::Owned::new(Node {
        value: UnsafeCell::new(1),
        next: AtomicPtr::new(ptr::null_mut()),
    });
    let node = node.into_shared(&guard);
    // SAFETY: not null, and not freed yet.
    let fields = unsafe { node.deref() };
    let cell = &raw const fields.value;
    // SAFETY: nobody else knows of it.
    unsafe { guard.defer_destroy(node) };
    if late {
        drop(guard);
    }
    // SAFETY: a slot stays allocated as long as the execution.
    let cell = unsafe { &*cell };
    // SAFETY: a model finds those who come too late.
    assert_eq!(cell.with(|value| unsafe { *value }), 1);
}

#[test]
fn a_field_of_a_node_is_there_until_the_guard_is_dropped() {
    passes(|| reads_a_field(false));
    fails(Kind::UseAfterFree, &["✗ use node"], || {
        reads_a_field(true)
    });
}

#[test]
fn an_atomic_of_a_freed_node_is_found_too() {
    fails(Kind::UseAfterFree, &["✗ use"], || {
        let guard = epoch::pin();
        let node = epoch::Owned::new(Node {
            value: UnsafeCell::new(1),
            next: AtomicPtr::new(ptr::null_mut()),
        });
        let node = node.into_shared(&guard);
        // SAFETY: not null, and not freed yet.
        let next = unsafe { &raw const node.deref().next };
        // SAFETY: nobody else knows of it.
        unsafe { guard.defer_destroy(node) };
        drop(guard);
        // SAFETY: a slot stays allocated as long as the execution; a model finds those who come too late.
        unsafe { &*next }.load(Relaxed);
    });
}

fn counts_in_a_cell(locked: bool) {
    let shared = Arc::new((Mutex::new(()), SyncCell::new(0)));
    let count = move |shared: &(Mutex<()>, SyncCell<u32>)| {
        let _held = locked.then(|| shared.0.lock());
        // SAFETY: a race ends the execution.
        shared.1.with_mut(|count| unsafe { *count += 1 });
    };
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || count(&shared)
    });
    count(&shared);
    other.join().unwrap();
    // SAFETY: as above.
    assert_eq!(shared.1.with(|count| unsafe { *count }), 2);
}

#[test]
fn a_cell_that_threads_share_needs_a_lock() {
    passes(|| counts_in_a_cell(true));
    fails(Kind::DataRace, &["data race"], || counts_in_a_cell(false));
}

/// One thread makes a mutex, and another finds it.
fn finds_a_mutex(order: std::sync::atomic::Ordering) {
    let slot = Arc::new(AtomicPtr::new(ptr::null_mut()));
    let other = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            let made = std::boxed::Box::new(Mutex::new(7));
            slot.store(std::boxed::Box::into_raw(made), Release);
        }
    });
    let found = slot.load(order);
    if !found.is_null() {
        assert_eq!(*Shared(found).get().lock().unwrap(), 7);
    }
    other.join().unwrap();
}

#[test]
fn a_lock_is_found_by_who_has_received_it() {
    passes(|| finds_a_mutex(Acquire));
    fails(Kind::DataRace, &["✗ lock made"], || {
        finds_a_mutex(Relaxed)
    });
}
