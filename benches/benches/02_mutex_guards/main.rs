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

mod queues;
mod tasks;
mod waiting;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bench_kit::{Comparison, OwnLine, doubling_crowds, named, processors};
use benches::mutex_guards::count::{Count, Mutex, Section, Spin, Std, add_one, counted};
use benches::{mine, ours};
use criterion::Criterion;
use lock_api::RawMutex;
use ours::poison_mutex::PoisonMutex;
use ours::raw_lock::RawSpinLock;
use ours::spin_lock::SpinLock;
use parking_lot::RawMutex as ParkingLot;
use spin::MutexGuard;

fn main() {
    let mut criterion = bench_kit::criterion();
    guard_or_manual(&mut criterion);
    poison(&mut criterion);
    short_section(&mut criterion);
    long_section(&mut criterion);
    too_many_threads(&mut criterion);
    waiting::ways(&mut criterion);
    queues::hand_over(&mut criterion);
    tasks::count(&mut criterion);
    tasks::thread(&mut criterion);
    criterion.final_summary();
}

/// One thread, and none waits: what is left is the price of taking and giving back.
///
/// `std` has no way to unlock by hand, so it stands here for its time alone. Our `SpinLock` has none either;
/// it is compared with the raw lock by hand, which takes the same steps. `spin` is the crate of that name.
fn guard_or_manual(criterion: &mut Criterion) {
    Comparison::new(
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
    .row("std, guard", None, |n| alone(n, by_guard::<Std>))
    .my_row(
        "my RawSpinLock, manual",
        Some("RawSpinLock, manual"),
        "raw_lock",
        |n| alone(n, by_hand::<mine::raw_lock::RawSpinLock>),
    )
    .my_row(
        "my RawSpinLock, guard",
        Some("RawSpinLock, manual"),
        "raw_lock",
        |n| alone(n, by_guard::<Mutex<mine::raw_lock::RawSpinLock>>),
    )
    .my_row(
        "my SpinLock, guard",
        Some("RawSpinLock, manual"),
        "spin_lock",
        |n| alone(n, by_guard::<mine::spin_lock::SpinLock<u64>>),
    )
    .run(criterion);
}

/// What it costs to remember a panic that never comes: [`PoisonMutex`] is [`SpinLock`] with a flag, and two looks at
/// whether this thread is panicking. `std` has such a flag on top of another lock.
fn poison(criterion: &mut Criterion) {
    Comparison::new("poison", "Lock, add one, unlock: who remembers a panic")
        .row("SpinLock", Some("SpinLock"), |n| {
            alone(n, by_guard::<SpinLock<u64>>)
        })
        .row("PoisonMutex", Some("SpinLock"), |n| {
            alone(n, by_guard::<PoisonMutex<u64>>)
        })
        .row("std", Some("SpinLock"), |n| alone(n, by_guard::<Std>))
        .my_row("my PoisonMutex", Some("SpinLock"), "poison_mutex", |n| {
            alone(n, by_guard::<mine::poison_mutex::PoisonMutex<u64>>)
        })
        .run(criterion);
}

/// One lock and several threads, each with the same fixed number of rounds and nothing to do between
/// them: as crowded as a lock can be. The time is per round, whichever thread did it.
///
/// A lock that favours the thread that just had it does better here than one that is fair, and a thread that
/// ends early leaves the lock to the others. Both belong to the lock, and to a program that is like
/// this one; most are not.
fn short_section(criterion: &mut Criterion) {
    let comparison = Comparison::new("short_section", "Several threads: lock, add one, unlock");
    contended(comparison, &doubling_crowds(), add_one).run(criterion);
}

/// The same with a section of some hundred nanoseconds.
fn long_section(criterion: &mut Criterion) {
    let comparison = Comparison::new(
        "long_section",
        "Several threads: lock, work, add one, unlock",
    );
    contended(
        comparison.in_turns_of(2_000),
        &doubling_crowds(),
        work_and_add_one,
    )
    .run(criterion);
}

/// And with twice as many threads as there are processors: now and then, the holder of the lock is not running.
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
        let label = |lock| named(lock, threads);
        let baseline = label("std");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                counted::<Std>(threads, n, section)
            })
            .row(label("parking_lot"), Some(&baseline), move |n| {
                counted::<Mutex<ParkingLot>>(threads, n, section)
            })
            .row(label("spin"), Some(&baseline), move |n| {
                counted::<Spin>(threads, n, section)
            })
            .row(label("RawSpinLock"), Some(&baseline), move |n| {
                counted::<Mutex<RawSpinLock>>(threads, n, section)
            })
            .row(label("SpinLock"), Some(&baseline), move |n| {
                counted::<SpinLock<u64>>(threads, n, section)
            })
            .my_row(
                label("my RawSpinLock"),
                Some(&baseline),
                "raw_lock",
                move |n| counted::<Mutex<mine::raw_lock::RawSpinLock>>(threads, n, section),
            )
            .my_row(
                label("my SpinLock"),
                Some(&baseline),
                "spin_lock",
                move |n| counted::<mine::spin_lock::SpinLock<u64>>(threads, n, section),
            );
    }
    comparison
}

// One round, in each of the ways.

fn by_guard<C: Count>(count: &C) {
    count.locked(add_one);
}

fn by_hand<R: RawMutex>(count: &Mutex<R>) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { count.raw() };
    let token = raw.lock();
    // SAFETY: we hold the lock, so no other thread reaches the number.
    unsafe { *count.data_ptr() += 1 };
    // SAFETY: `token` is from `raw`, and no reference to the number is left.
    unsafe { raw.unlock(token) };
}

/// `spin` has no tokens. Its guard can be leaked, and its lock unlocked by a caller that promises to hold it.
fn by_hand_of_spin(count: &Spin) {
    *MutexGuard::leak(count.lock()) += 1;
    // SAFETY: we hold the lock: its guard was leaked. No reference to the number is left.
    unsafe { count.force_unlock() };
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
