//! Chapter 2: what does a guard cost, and what does waiting?
//!
//! ```text
//! cargo bench -p benches --bench 02_mutex_guards                     # five minutes
//! cargo bench -p benches --bench 02_mutex_guards -- guard_or_manual  # one group
//! cargo bench -p benches --bench 02_mutex_guards --features mine     # with your own locks beside the others
//! ```
//!
//! One round of a lock is the same in every row: lock, add one, unlock. After its rounds each row shows that its
//! number is right and its lock is free.

#[path = "02_mutex_guards/count.rs"]
mod count;
#[path = "02_mutex_guards/queues.rs"]
mod queues;
#[path = "02_mutex_guards/tasks.rs"]
mod tasks;

use std::array;
use std::hint::black_box;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use benches::{Comparison, together, until_together};
use count::{Count, Mutex, Spin, Std};
use criterion::Criterion;
use lock_api::RawMutex;
use our_poison_mutex::PoisonMutex;
use our_raw_lock::RawSpinLock;
use our_spin_lock::SpinLock;
use parking_lot::RawMutex as ParkingLot;
use spin::MutexGuard;

fn main() {
    let mut criterion = benches::criterion();
    guard_or_manual(&mut criterion);
    poison(&mut criterion);
    short_section(&mut criterion);
    long_section(&mut criterion);
    too_many_threads(&mut criterion);
    queues::hand_over(&mut criterion);
    tasks::count(&mut criterion);
    tasks::thread(&mut criterion);
    criterion.final_summary();
}

/// One thread, and nobody waits: what is left is the price of taking and giving back.
///
/// `std` has no way to unlock by hand, so it stands here for its time alone. Our `SpinLock` has none either;
/// it is compared with the raw lock by hand, which takes the same steps. `spin` is the crate of that name.
fn guard_or_manual(criterion: &mut Criterion) {
    let comparison = Comparison::new(
        "guard_or_manual",
        "Lock, add one, unlock: by guard, by hand",
    )
    .with_crate("lock_api")
    .with_crate("parking_lot")
    .with_crate("spin")
    .row("parking_lot, manual", Some("parking_lot, manual"), |n| {
        alone(n, by_hand::<ParkingLot>)
    })
    .row("parking_lot, guard", Some("parking_lot, manual"), |n| {
        alone(n, by_guard::<Mutex<ParkingLot>>)
    })
    .row("spin, manual", Some("spin, manual"), |n| {
        alone(n, by_hand_of_spin)
    })
    .row("spin, guard", Some("spin, manual"), |n| {
        alone(n, by_guard::<Spin>)
    })
    .row("RawSpinLock, manual", Some("RawSpinLock, manual"), |n| {
        alone(n, by_hand::<RawSpinLock>)
    })
    .row("RawSpinLock, guard", Some("RawSpinLock, manual"), |n| {
        alone(n, by_guard::<Mutex<RawSpinLock>>)
    })
    .row("SpinLock, guard", Some("RawSpinLock, manual"), |n| {
        alone(n, by_guard::<SpinLock<u64>>)
    })
    .row("std, guard", None, |n| alone(n, by_guard::<Std>));
    #[cfg(feature = "mine")]
    let comparison = mine::guard_or_manual(comparison);
    comparison.run(criterion);
}

/// What it costs to remember a panic that never comes: [`PoisonMutex`] is [`SpinLock`] with a flag, and two looks at
/// whether this thread is panicking. `std` has such a flag on top of another lock.
fn poison(criterion: &mut Criterion) {
    let comparison = Comparison::new("poison", "Lock, add one, unlock: who remembers a panic")
        .row("SpinLock", Some("SpinLock"), |n| {
            alone(n, by_guard::<SpinLock<u64>>)
        })
        .row("PoisonMutex", Some("SpinLock"), |n| {
            alone(n, by_guard::<PoisonMutex<u64>>)
        })
        .row("std", Some("SpinLock"), |n| alone(n, by_guard::<Std>));
    #[cfg(feature = "mine")]
    let comparison = mine::poison(comparison);
    comparison.run(criterion);
}

/// One lock and several threads, each with the same fixed number of rounds and nothing to do between
/// them: as crowded as a lock can be. Time is per round, whoever did it.
///
/// A lock that favours the thread that just had it does better here than one that is fair, and a thread that
/// ends early leaves the lock to the others. Both belong to the lock, and to a program that is like
/// this one; most are not.
fn short_section(criterion: &mut Criterion) {
    let comparison = Comparison::new("short_section", "Several threads: lock, add one, unlock");
    contended(comparison, &crowds(), add_one).run(criterion);
}

/// The same with a section of some hundred nanoseconds.
fn long_section(criterion: &mut Criterion) {
    let comparison = Comparison::new(
        "long_section",
        "Several threads: lock, work, add one, unlock",
    );
    contended(comparison.in_turns_of(2_000), &crowds(), work_and_add_one).run(criterion);
}

/// And with twice as many threads as there are processors: now and then, whoever holds the lock is not running.
///
/// A turn has to last for many of the scheduler's slices, which are milliseconds.
fn too_many_threads(criterion: &mut Criterion) {
    let comparison = Comparison::new(
        "too_many_threads",
        "Two threads for each processor: lock, work, add one, unlock",
    );
    contended(
        comparison.in_turns_of(10_000),
        &[2 * processors()],
        work_and_add_one,
    )
    .run(criterion);
}

/// Adds every lock with each number of threads, next to `std`'s.
fn contended(comparison: Comparison, crowds: &[u32], section: impl Section) -> Comparison {
    let mut comparison = comparison
        .with_crate("lock_api")
        .with_crate("parking_lot")
        .with_crate("spin");
    for &threads in crowds {
        let named = |lock| named(lock, threads);
        let baseline = named("std");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                crowded::<Std>(threads, n, section)
            })
            .row(named("parking_lot"), Some(&baseline), move |n| {
                crowded::<Mutex<ParkingLot>>(threads, n, section)
            })
            .row(named("spin"), Some(&baseline), move |n| {
                crowded::<Spin>(threads, n, section)
            })
            .row(named("RawSpinLock"), Some(&baseline), move |n| {
                crowded::<Mutex<RawSpinLock>>(threads, n, section)
            })
            .row(named("SpinLock"), Some(&baseline), move |n| {
                crowded::<SpinLock<u64>>(threads, n, section)
            });
        #[cfg(feature = "mine")]
        {
            comparison = mine::contended(comparison, threads, &baseline, section);
        }
    }
    comparison
}

fn named(lock: &str, threads: u32) -> String {
    let s = if threads == 1 { "" } else { "s" };
    format!("{lock}, {threads} thread{s}")
}

/// One thread, two, four and so on, up to one for each processor: how the cost grows.
fn crowds() -> Vec<u32> {
    let most = processors().max(2);
    let doubled = iter::successors(Some(1), |threads| Some(threads * 2));
    doubled
        .take_while(|&threads| threads < most)
        .chain([most])
        .collect()
}

/// How many processors there are for us; more than eight count as eight.
fn processors() -> u32 {
    thread::available_parallelism().map_or(2, |processors| processors.get().min(8) as u32)
}

// One round, in each of the ways.

fn by_guard<C: Count>(count: &C) {
    count.locked(add_one);
}

fn by_hand<R: RawMutex>(count: &Mutex<R>) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { count.raw() };
    let token = raw.lock();
    // SAFETY: we hold the lock, so nobody else reaches the number.
    unsafe { *count.data_ptr() += 1 };
    // SAFETY: `token` is from `raw`, and no reference to the number is left.
    unsafe { raw.unlock(token) };
}

/// `spin` has no tokens. Its guard can be leaked, and its lock unlocked by whoever promises to hold it.
fn by_hand_of_spin(count: &Spin) {
    *MutexGuard::leak(count.lock()) += 1;
    // SAFETY: we hold the lock: its guard was leaked. No reference to the number is left.
    unsafe { count.force_unlock() };
}

/// What is done while the lock is held.
trait Section: Fn(&mut u64) + Copy + Send + Sync + 'static {}

impl<F: Fn(&mut u64) + Copy + Send + Sync + 'static> Section for F {}

fn add_one(count: &mut u64) {
    *count += 1;
}

/// A third of a microsecond, on the machine of the book's figures, in which every step waits for the one before it.
fn work_and_add_one(count: &mut u64) {
    let mut value = *count;
    for _ in 0..400 {
        value = black_box(value).wrapping_mul(0x5851_F42D_4C95_7F2D);
    }
    black_box(value);
    *count += 1;
}

// Many rounds, alone and in a crowd.

/// `rounds` rounds on one thread.
fn alone<C: Count>(rounds: u64, round: impl Fn(&C)) -> Duration {
    let OwnLine(count) = &OwnLine(C::zero());
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(count));
    }
    let elapsed = start.elapsed();
    assert_eq!(count.if_free(), Some(rounds), "the number behind the lock");
    elapsed
}

/// `rounds` rounds on each of `threads` threads; returns the time per thread, so that criterion, which
/// divides by `rounds`, gets the time per round.
fn crowded<C: Count + Sync>(threads: u32, rounds: u64, section: impl Section) -> Duration {
    static BATCHES: AtomicUsize = AtomicUsize::new(0);
    let lines: [OwnLine<C>; LINES] = array::from_fn(|_| OwnLine(C::zero()));
    let batch = || {
        let batch = BATCHES.fetch_add(1, Ordering::Relaxed);
        let OwnLine(count) = &lines[batch % LINES];
        let before = count.if_free().expect("nobody is here yet");
        let span = together(threads as usize, || {
            for _ in 0..rounds {
                black_box(count).locked(section);
            }
        });
        let all = rounds * u64::from(threads);
        assert_eq!(
            count.if_free(),
            Some(before + all),
            "the number behind the lock"
        );
        span
    };
    // Threads that share a processor take turns: there it is what we ask for.
    let elapsed = if threads > processors() {
        batch().elapsed
    } else {
        until_together(batch)
    };
    elapsed / threads
}

/// Between which of its places a contended lock changes. How long a line travels between two processors depends on
/// its address, by a third and more. At one address a whole run would agree on a figure that the next run refutes.
const LINES: usize = 64;

/// Begins at a cache line, so that lock and number lie in the same one. On the stack a lock lies wherever it falls,
/// half in one line and half in the next for some; two threads then pass two lines to and fro.
#[repr(align(128))] // twice 64: processors fetch lines in pairs, or have longer ones
struct OwnLine<C>(C);

/// What you wrote in the exercises. A row that does not work yet is left out.
#[cfg(feature = "mine")]
mod mine {
    use super::{Comparison, Count, Mutex, Section, alone, by_guard, by_hand, crowded};
    use my_poison_mutex::PoisonMutex;
    use my_raw_lock::RawSpinLock;
    use my_spin_lock::SpinLock;

    pub(super) fn guard_or_manual(comparison: Comparison) -> Comparison {
        let by_our_hand = Some("RawSpinLock, manual");
        comparison
            .my_row("my RawSpinLock, manual", by_our_hand, "raw_lock", |n| {
                alone(n, by_hand::<RawSpinLock>)
            })
            .my_row("my RawSpinLock, guard", by_our_hand, "raw_lock", |n| {
                alone(n, by_guard::<Mutex<RawSpinLock>>)
            })
            .my_row("my SpinLock, guard", by_our_hand, "spin_lock", |n| {
                alone(n, by_guard::<SpinLock<u64>>)
            })
    }

    pub(super) fn poison(comparison: Comparison) -> Comparison {
        comparison.my_row("my PoisonMutex", Some("SpinLock"), "poison_mutex", |n| {
            alone(n, by_guard::<PoisonMutex<u64>>)
        })
    }

    pub(super) fn contended(
        comparison: Comparison,
        threads: u32,
        baseline: &str,
        section: impl Section,
    ) -> Comparison {
        let named = |lock| super::named(lock, threads);
        comparison
            .my_row(
                named("my RawSpinLock"),
                Some(baseline),
                "raw_lock",
                move |n| crowded::<Mutex<RawSpinLock>>(threads, n, section),
            )
            .my_row(
                named("my SpinLock"),
                Some(baseline),
                "spin_lock",
                move |n| crowded::<SpinLock<u64>>(threads, n, section),
            )
    }

    impl Count for SpinLock<u64> {
        fn zero() -> Self {
            Self::new(0)
        }

        fn locked(&self, section: impl Fn(&mut u64)) {
            section(&mut self.lock());
        }

        fn if_free(&self) -> Option<u64> {
            self.try_lock().map(|count| *count)
        }
    }

    impl Count for PoisonMutex<u64> {
        fn zero() -> Self {
            Self::new(0)
        }

        fn locked(&self, section: impl Fn(&mut u64)) {
            section(&mut self.lock().expect("nobody panics in here"));
        }

        fn if_free(&self) -> Option<u64> {
            Some(*self.try_lock()?.expect("nobody panics in here"))
        }
    }
}
