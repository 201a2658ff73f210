//! Methods.

use std::sync::Arc;

use lanes::Kind;
use lanes::sync::atomic::{AtomicPtr, AtomicU32, Ordering::*};
use lanes::sync::tracked;
use lanes::sync::{RwLock, RwLockWriteGuard, epoch, thread};

use crate::{fails, passes};

#[test]
fn an_atomic_is_updated() {
    let add = |count: &AtomicU32| count.update(Relaxed, Relaxed, |count| count + 1);
    passes(move || {
        let count = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let count = Arc::clone(&count);
            move || add(&count)
        });
        add(&count);
        other.join().unwrap();
        assert_eq!(count.try_update(Relaxed, Relaxed, |_| None), Err(2));
        assert_eq!(count.try_update(Relaxed, Relaxed, |n| Some(n + 1)), Ok(2));
    });
    fails(Kind::Assertion, &["cas("], move || {
        let count = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let count = Arc::clone(&count);
            move || add(&count)
        });
        add(&count);
        assert_eq!(count.load(Relaxed), 2);
        other.join().unwrap();
    });
}

/// Two threads mark a pointer. The first to do so is told.
fn mark(exclusive: bool) {
    let node = Box::into_raw(Box::new(1_u64));
    let pointer = Arc::new(AtomicPtr::new(node));
    let marks = move |pointer: &AtomicPtr<u64>| match exclusive {
        true => pointer.fetch_or(1, AcqRel).addr() & 1 == 0,
        false => {
            let old = pointer.load(Acquire);
            pointer.store(old.map_addr(|old| old | 1), Release);
            old.addr() & 1 == 0
        }
    };
    let other = thread::spawn({
        let pointer = Arc::clone(&pointer);
        move || marks(&pointer)
    });
    let first = marks(&pointer);
    assert!(first != other.join().unwrap(), "one marks it");
    assert_eq!(
        pointer.fetch_xor(3, Relaxed),
        node.map_addr(|node| node | 1)
    );
    assert_eq!(
        pointer.fetch_and(!3, Relaxed),
        node.map_addr(|node| node | 2)
    );
    assert_eq!(pointer.load(Relaxed), node);
    // SAFETY: made by `into_raw`, above.
    drop(unsafe { Box::from_raw(node) });
}

#[test]
fn a_pointer_carries_a_tag() {
    passes(|| mark(true));
    fails(Kind::Assertion, &["@1 | 1"], || mark(false));
}

#[test]
fn a_pointer_carries_no_more_than_a_tag() {
    fails(Kind::Panic, &["three low bits"], || {
        AtomicPtr::new(std::ptr::dangling_mut::<u64>()).fetch_or(8, Relaxed);
    });
}

fn downgrades(at_once: bool) {
    let lock = Arc::new(RwLock::new(0));
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.write().unwrap() += 1
    });
    let mut written = lock.write().unwrap();
    *written += 10;
    let value = *written;
    let read = match at_once {
        true => RwLockWriteGuard::downgrade(written),
        false => {
            drop(written);
            lock.read().unwrap()
        }
    };
    assert_eq!(*read, value, "no writer came in between");
    assert!(lock.try_read().is_ok());
    drop(read);
    other.join().unwrap();
    assert_eq!(*lock.read().unwrap(), 11);
}

#[test]
fn a_writer_goes_on_as_a_reader() {
    passes(|| downgrades(true));
    fails(Kind::Assertion, &["no writer came in between"], || {
        downgrades(false);
    });
    fails(Kind::Panic, &["downgrade lock"], || {
        let lock = RwLock::new(0);
        let _read = RwLockWriteGuard::downgrade(lock.write().unwrap());
        panic!("over");
    });
}

#[test]
fn a_value_knows_itself() {
    struct Node {
        me: tracked::Weak<Node>,
        number: u32,
    }
    passes(|| {
        let node = tracked::Arc::new_cyclic(|me| {
            assert!(me.upgrade().is_none());
            Node {
                me: me.clone(),
                number: 7,
            }
        });
        let again = node.me.upgrade().unwrap();
        assert_eq!(again.number, 7);
        assert_eq!(tracked::Arc::strong_count(&node), 2);
        assert_eq!(tracked::Arc::weak_count(&node), 1);
    });
    fails(Kind::Leak, &["leak"], || {
        struct Ring(std::sync::Mutex<Option<tracked::Arc<Ring>>>);
        let ring = tracked::Arc::new(Ring(std::sync::Mutex::default()));
        *ring.0.lock().unwrap() = Some(ring.clone());
    });
}

#[test]
fn a_node_is_marked_and_taken_out() {
    let remove = |frees: bool| {
        let head = epoch::Atomic::new(5_u64);
        let guard = &epoch::pin();
        let node = head.load(Acquire, guard);
        // SAFETY: not null, and not freed yet.
        assert_eq!((node.tag(), unsafe { *node.as_raw() }), (0, 5));
        assert_eq!(head.fetch_or(1, AcqRel, guard), node);
        let marked = head.load(Acquire, guard);
        assert_eq!((marked.tag(), marked), (1, node.with_tag(1)));
        // SAFETY: as above.
        assert_eq!(unsafe { *marked.deref() }, 5);
        let unlink = |old: epoch::Shared<'_, u64>| (old.tag() == 1).then(epoch::Shared::null);
        assert!(head.fetch_update(AcqRel, Acquire, guard, unlink).is_ok());
        assert!(head.fetch_update(AcqRel, Acquire, guard, unlink).is_err());
        if frees {
            // SAFETY: it was taken out.
            unsafe { guard.defer_destroy(marked) };
        }
        guard.flush();
    };
    passes(move || remove(true));
    fails(Kind::Leak, &["leak"], move || remove(false));
}

#[test]
fn who_pins_again_lets_go() {
    let look = |repins: bool| {
        let mut guard = epoch::pin();
        let node = epoch::Owned::new(1).into_shared(&guard);
        let address = node.as_raw();
        // SAFETY: nobody else knows of it.
        unsafe { guard.defer_destroy(node) };
        if repins {
            guard.repin();
        }
        let _ = address;
        drop(guard);
    };
    passes(move || look(false));
    passes(move || look(true));
    fails(Kind::UseAfterFree, &["unpin", "pin"], || {
        let mut guard = epoch::pin();
        let head = epoch::Atomic::new(1);
        let node = head.load(Acquire, &guard);
        // SAFETY: it is not taken out; that is what is tested.
        unsafe { guard.defer_destroy(node) };
        guard.repin();
        // SAFETY: a slot stays allocated as long as the execution.
        unsafe { head.load(Acquire, &guard).deref() };
    });
}
