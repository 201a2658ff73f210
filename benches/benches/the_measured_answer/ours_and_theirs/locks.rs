//! Locks for one, locks for many readers, and what does without a lock to read.

use std::hint::black_box;
use std::sync::RwLock;
use std::time::Duration;

use bench_kit::{Comparison, crowded, crowds, named};
use benches::mutex_guards::count::{Mutex, Spin, Std, add_one, counted};
use benches::ours;
use benches::reader_writer_locks::locks::{Numbers, Shared};
use benches::reader_writer_locks::mix::mixed;
use benches::reader_writer_locks::upgrade::{upgrade_ours, upgrade_theirs};
use criterion::Criterion;
use crossbeam_utils::atomic::AtomicCell;
use ours::poison_mutex::PoisonMutex;
use ours::raw_lock::RawSpinLock;
use ours::seqlock::SeqLock;
use ours::spin_lock::SpinLock;
use parking_lot::RawMutex;

use super::pair;

/// One round of a lock: lock, add one, unlock. One of a lock for readers: read four numbers, or, in one round of a
/// hundred, write them. One of an upgrade: look, and change.
pub(super) fn locks(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "ours_and_theirs_locks",
        "Our locks beside those of std and of the crates",
    )
    .with_crate("crossbeam-utils")
    .with_crate("lock_api")
    .with_crate("parking_lot")
    .with_crate("spin");
    for threads in crowds() {
        let label = |name| named(name, threads);
        comparison = pair(
            comparison,
            &label("spin Mutex"),
            move |n| counted::<Spin>(threads, n, add_one),
            &label("spin_lock"),
            move |n| counted::<SpinLock<u64>>(threads, n, add_one),
        );
        comparison = pair(
            comparison,
            &label("parking_lot RawMutex"),
            move |n| counted::<Mutex<RawMutex>>(threads, n, add_one),
            &label("raw_lock"),
            move |n| counted::<Mutex<RawSpinLock>>(threads, n, add_one),
        );
        comparison = pair(
            comparison,
            &label("std Mutex"),
            move |n| counted::<Std>(threads, n, add_one),
            &label("poison_mutex"),
            move |n| counted::<PoisonMutex<u64>>(threads, n, add_one),
        );
        comparison = pair(
            comparison,
            &label("std RwLock"),
            move |n| read::<RwLock<Numbers>>(threads, n),
            &label("rw_lock"),
            move |n| read::<ours::rw_lock::RwLock<Numbers>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("parking_lot RwLock"),
            move |n| read::<parking_lot::RwLock<Numbers>>(threads, n),
            &label("writer_priority"),
            move |n| read::<ours::writer_priority::RwLock<Numbers>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("crossbeam AtomicCell"),
            move |n| read::<AtomicCell<Numbers>>(threads, n),
            &label("seqlock"),
            move |n| read::<SeqLock<4>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("parking_lot upgradable read"),
            move |n| changed(threads, n, upgrade_theirs),
            &label("upgrade"),
            move |n| changed(threads, n, upgrade_ours),
        );
    }
    comparison.run(criterion);
}

fn read<S: Shared>(threads: u32, rounds: u64) -> Duration {
    mixed::<S>(threads, rounds, 100, || ())
}

fn changed<S: Shared>(threads: u32, rounds: u64, look_and_change: fn(&S)) -> Duration {
    crowded(
        threads,
        rounds,
        S::fresh,
        |lock| look_and_change(black_box(lock)),
        |lock, all| assert_eq!(lock.read(|numbers| *numbers), [all; 4]),
    )
}
