//! Chapter 2: what does a guard cost?
//!
//! ```text
//! cargo bench -p benches --bench 02_mutex_guards                     # a minute and a half
//! cargo bench -p benches --bench 02_mutex_guards -- guard_or_manual  # one group
//! cargo bench -p benches --bench 02_mutex_guards --features mine     # with your own locks beside the others
//! ```
//!
//! One round is the same in every row: lock, add one, unlock. After its rounds each row shows that its
//! number is right and its lock is free.

use std::array;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use benches::{Comparison, together, until_together};
use criterion::Criterion;
use lock_api::RawMutex;

fn main() {
    let mut criterion = benches::criterion();
    guard_or_manual(&mut criterion);
    contended(&mut criterion);
    criterion.final_summary();
}

/// One thread, and nobody waits: what is left is the price of taking and giving back.
///
/// `std` has no way to unlock by hand, so it stands here for its time alone. Our `SpinLock` has none either;
/// it is compared with the raw lock by hand, which takes the same steps.
fn guard_or_manual(criterion: &mut Criterion) {
    use our_raw_lock::RawSpinLock;
    use parking_lot::RawMutex as ParkingLot;

    let comparison = Comparison::new(
        "guard_or_manual",
        "Lock, add one, unlock: by guard, by hand",
    )
    .with_crate("lock_api")
    .with_crate("parking_lot")
    .row("parking_lot, manual", Some("parking_lot, manual"), |n| {
        alone(n, by_hand::<ParkingLot>)
    })
    .row("parking_lot, guard", Some("parking_lot, manual"), |n| {
        alone(n, by_guard::<ParkingLot>)
    })
    .row("RawSpinLock, manual", Some("RawSpinLock, manual"), |n| {
        alone(n, by_hand::<RawSpinLock>)
    })
    .row("RawSpinLock, guard", Some("RawSpinLock, manual"), |n| {
        alone(n, by_guard::<RawSpinLock>)
    })
    .row("SpinLock, guard", Some("RawSpinLock, manual"), |n| {
        alone(n, spin_lock)
    })
    .row("std, guard", None, |n| alone(n, std_mutex));
    #[cfg(feature = "mine")]
    let comparison = mine::guard_or_manual(comparison);
    comparison.run(criterion);
}

/// One lock and several threads, each with the same fixed number of rounds and nothing to do between
/// them: as crowded as a lock can be. Time is per round, whoever did it.
///
/// A lock that favours the thread that just had it does better here than one that is fair, and a thread that
/// ends early leaves the lock to the others. Both belong to the lock, and to a program that is like
/// this one; most are not.
fn contended(criterion: &mut Criterion) {
    use our_raw_lock::RawSpinLock;
    use parking_lot::RawMutex as ParkingLot;

    let mut comparison = Comparison::new("contended", "Lock, add one, unlock: several threads")
        .with_crate("lock_api")
        .with_crate("parking_lot");
    for threads in [1, 2] {
        let named = |lock| named(lock, threads);
        let baseline = named("std");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                crowded(threads, n, std_mutex)
            })
            .row(named("parking_lot"), Some(&baseline), move |n| {
                crowded(threads, n, by_guard::<ParkingLot>)
            })
            .row(named("RawSpinLock"), Some(&baseline), move |n| {
                crowded(threads, n, by_guard::<RawSpinLock>)
            })
            .row(named("SpinLock"), Some(&baseline), move |n| {
                crowded(threads, n, spin_lock)
            });
        #[cfg(feature = "mine")]
        {
            comparison = mine::contended(comparison, threads, &baseline);
        }
    }
    comparison.run(criterion);
}

fn named(lock: &str, threads: u32) -> String {
    let s = if threads == 1 { "" } else { "s" };
    format!("{lock}, {threads} thread{s}")
}

// One round, in each of the ways.

fn by_guard<R: RawMutex>(count: &lock_api::Mutex<R, u64>) {
    *count.lock() += 1;
}

fn by_hand<R: RawMutex>(count: &lock_api::Mutex<R, u64>) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { count.raw() };
    let token = raw.lock();
    // SAFETY: we hold the lock, so nobody else reaches the number.
    unsafe { *count.data_ptr() += 1 };
    // SAFETY: `token` is from `raw`, and no reference to the number is left.
    unsafe { raw.unlock(token) };
}

fn spin_lock(count: &our_spin_lock::SpinLock<u64>) {
    *count.lock() += 1;
}

fn std_mutex(count: &std::sync::Mutex<u64>) {
    *count.lock().expect("nobody panics in here") += 1;
}

// Many rounds, alone and in a crowd.

/// `rounds` rounds on one thread.
fn alone<C: Count>(rounds: u64, add_one: impl Fn(&C)) -> Duration {
    let OwnLine(count) = &OwnLine(C::zero());
    let start = Instant::now();
    for _ in 0..rounds {
        add_one(black_box(count));
    }
    let elapsed = start.elapsed();
    assert_eq!(count.if_free(), Some(rounds), "the number behind the lock");
    elapsed
}

/// `rounds` rounds on each of `threads` threads; returns the time per thread, so that criterion, which
/// divides by `rounds`, gets the time per round.
fn crowded<C: Count + Sync>(threads: u32, rounds: u64, add_one: impl Fn(&C) + Sync) -> Duration {
    static BATCHES: AtomicUsize = AtomicUsize::new(0);
    let lines: [OwnLine<C>; LINES] = array::from_fn(|_| OwnLine(C::zero()));
    let elapsed = until_together(|| {
        let batch = BATCHES.fetch_add(1, Ordering::Relaxed);
        let OwnLine(count) = &lines[batch % LINES];
        let before = count.if_free().expect("nobody is here yet");
        let span = together(threads as usize, || {
            for _ in 0..rounds {
                add_one(black_box(count));
            }
        });
        let all = rounds * u64::from(threads);
        assert_eq!(
            count.if_free(),
            Some(before + all),
            "the number behind the lock"
        );
        span
    });
    elapsed / threads
}

/// Between which of its places a contended lock changes. How long a line travels between two processors depends on
/// its address, by a third and more. At one address a whole run would agree on a figure that the next run refutes.
const LINES: usize = 64;

/// Begins at a cache line, so that lock and number lie in the same one. On the stack a lock lies wherever it falls,
/// half in one line and half in the next for some; two threads then pass two lines to and fro.
#[repr(align(128))] // twice 64: processors fetch lines in pairs, or have longer ones
struct OwnLine<C>(C);

/// A number behind a lock.
trait Count {
    fn zero() -> Self;

    /// The number, or `None` if the lock is still locked.
    fn if_free(&self) -> Option<u64>;
}

impl<R: RawMutex> Count for lock_api::Mutex<R, u64> {
    fn zero() -> Self {
        Self::new(0)
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().map(|count| *count)
    }
}

impl Count for our_spin_lock::SpinLock<u64> {
    fn zero() -> Self {
        Self::new(0)
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().map(|count| *count)
    }
}

impl Count for std::sync::Mutex<u64> {
    fn zero() -> Self {
        Self::new(0)
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().ok().map(|count| *count)
    }
}

/// What you wrote in the exercises. A row that does not work yet is left out.
#[cfg(feature = "mine")]
mod mine {
    use super::{Comparison, Count, alone, by_guard, by_hand, crowded};
    use my_raw_lock::RawSpinLock;
    use my_spin_lock::SpinLock;

    pub(super) fn guard_or_manual(comparison: Comparison) -> Comparison {
        let by_our_hand = Some("RawSpinLock, manual");
        comparison
            .my_row("my RawSpinLock, manual", by_our_hand, "raw_lock", |n| {
                alone(n, by_hand::<RawSpinLock>)
            })
            .my_row("my RawSpinLock, guard", by_our_hand, "raw_lock", |n| {
                alone(n, by_guard::<RawSpinLock>)
            })
            .my_row("my SpinLock, guard", by_our_hand, "spin_lock", |n| {
                alone(n, spin_lock)
            })
    }

    pub(super) fn contended(comparison: Comparison, threads: u32, baseline: &str) -> Comparison {
        let named = |lock| super::named(lock, threads);
        comparison
            .my_row(
                named("my RawSpinLock"),
                Some(baseline),
                "raw_lock",
                move |n| crowded(threads, n, by_guard::<RawSpinLock>),
            )
            .my_row(
                named("my SpinLock"),
                Some(baseline),
                "spin_lock",
                move |n| crowded(threads, n, spin_lock),
            )
    }

    fn spin_lock(count: &SpinLock<u64>) {
        *count.lock() += 1;
    }

    impl Count for SpinLock<u64> {
        fn zero() -> Self {
            Self::new(0)
        }

        fn if_free(&self) -> Option<u64> {
            self.try_lock().map(|count| *count)
        }
    }
}
