//! Every schedule of a small world, explored by `lanes`.
//!
//! A guard belongs to one thread. What it gives back does not: here that is a lock, or one of a few permits.
//! (The scopes here end by a return. A panic would end the whole model; panics are for the other two tiers.)

use std::sync::Arc;

use lanes::stress::apart;
use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Mutex, thread};
use scope_guard::ScopeGuard;

/// Two entries of one booking, and a lock. What is booked on the left is booked on the right.
struct Ledger {
    lock: Mutex<()>,
    left: UnsafeCell<i32>,
    right: UnsafeCell<i32>,
}

// SAFETY: both entries are touched only by `book` and after it, and only under the lock, as long as the guard
// keeps the lock for the whole scope. Whether it does is the question; the model reports accesses that meet.
unsafe impl Sync for Ledger {}

impl Ledger {
    fn new() -> Self {
        Self {
            lock: Mutex::new(()),
            left: UnsafeCell::new(0),
            right: UnsafeCell::new(0),
        }
    }

    /// Books on the left, finds out whether it may, and books on the right. If it may not, the guard takes
    /// the left entry back, under the lock that it owns.
    fn book(&self, allowed: bool) {
        let held = self.lock.lock().unwrap();
        let mut undo = ScopeGuard::new(held, |_held| add(&self.left, -1));
        add(&self.left, 1);
        if !allowed {
            return;
        }
        // Nothing can fail from here on. The lock is still needed.
        ScopeGuard::dismiss(&mut undo);
        add(&self.right, 1);
    }

    fn entries(&self) -> (i32, i32) {
        let _held = self.lock.lock().unwrap();
        // SAFETY: this thread holds the lock.
        let left = self.left.with(|entry| unsafe { *entry });
        // SAFETY: as above.
        let right = self.right.with(|entry| unsafe { *entry });
        (left, right)
    }
}

fn add(entry: &UnsafeCell<i32>, change: i32) {
    // SAFETY: the caller holds the lock, unless its guard let go of it too early.
    entry.with_mut(|entry| unsafe { *entry += change });
}

/// Two threads book, under every schedule; returns what is booked in the end. In a process of its own: a
/// guard that is wrong may well panic while the model is failing already.
#[track_caller]
fn two_bookings(allowed: [bool; 2], expected: i32, hint: &'static str) {
    apart(|| {
        lanes::model(move || {
            let ledger = Arc::new(Ledger::new());
            let other = thread::spawn({
                let ledger = Arc::clone(&ledger);
                move || ledger.book(allowed[1])
            });
            ledger.book(allowed[0]);
            other.join().unwrap();
            assert_eq!(ledger.entries(), (expected, expected), "{hint}");
        });
    });
}

/// return → the action undoes, and only then lets go of the lock → next lock: nobody sees half a booking.
#[test]
fn what_is_left_half_done_is_undone_under_the_lock() {
    two_bookings(
        [true, false],
        1,
        "one of two bookings was refused: did the action run, once, before the lock was released?",
    );
}

/// dismissed → the lock is held until the scope ends → next lock: the second entry is written under it too.
#[test]
fn a_dismissed_guard_keeps_its_lock_until_the_scope_ends() {
    two_bookings(
        [true, true],
        2,
        "two bookings were made: did each keep the lock until its scope ended, and undo nothing?",
    );
}

/// give back → next take: whoever is admitted sees what the last one wrote, and every permit comes back.
#[test]
fn a_permit_is_given_back_once() {
    apart(|| {
        lanes::model(|| {
            let desk = Arc::new(Desk::new());
            let other = thread::spawn({
                let desk = Arc::clone(&desk);
                move || desk.visit()
            });
            let admitted = usize::from(desk.visit()) + usize::from(other.join().unwrap());
            assert_eq!(
                desk.free.load(Ordering::Acquire),
                1,
                "there was one permit and nobody is inside: was it given back twice, or not at all?"
            );
            let visits = desk.visits.with(|visits| {
                // SAFETY: the other thread has ended.
                unsafe { *visits }
            });
            assert_eq!(visits, admitted, "a visit is lost: two were inside at once");
        });
    });
}

/// Admits one visitor at a time and turns the others away.
struct Desk {
    free: AtomicUsize,
    visits: UnsafeCell<usize>,
}

// SAFETY: `visits` is reached only with the permit, of which there is one as long as guards give it back once.
unsafe impl Sync for Desk {}

impl Desk {
    fn new() -> Self {
        Self {
            free: AtomicUsize::new(1),
            visits: UnsafeCell::new(0),
        }
    }

    /// Whether the visitor was admitted. The first guard hands the permit over to the second.
    fn visit(&self) -> bool {
        // Acquire pairs with the Release in the second guard's action.
        let taken = self
            .free
            .compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed);
        if taken.is_err() {
            return false;
        }
        let waiting = ScopeGuard::new(&self.free, give_back);
        let _inside = ScopeGuard::new(ScopeGuard::into_inner(waiting), give_back);
        // SAFETY: this thread has the permit, unless a guard gave it back too early.
        self.visits.with_mut(|visits| unsafe { *visits += 1 });
        true
    }
}

fn give_back(free: &AtomicUsize) {
    // Release pairs with the Acquire of the next `visit`.
    free.fetch_add(1, Ordering::Release);
}
