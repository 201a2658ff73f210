//! Locks for one, locks for many readers, and what does without a lock to read.

use std::hint::black_box;
use std::sync::RwLock;
use std::time::Duration;

use benches::{Comparison, crowded, crowds, named};
use criterion::Criterion;
use crossbeam_utils::atomic::AtomicCell;
use our_poison_mutex::PoisonMutex;
use our_raw_lock::RawSpinLock;
use our_seqlock::SeqLock;
use our_spin_lock::SpinLock;
use parking_lot::RawMutex;

use super::pair;
use crate::chapters::chapter_2::count::{Count, Mutex, Spin, Std};
use crate::chapters::chapter_4::guards::{upgrade_ours, upgrade_theirs};
use crate::chapters::chapter_4::locks::{Numbers, Shared};
use crate::chapters::chapter_4::mix::mixed;

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
            move |n| counted::<Spin>(threads, n),
            &label("spin_lock"),
            move |n| counted::<SpinLock<u64>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("parking_lot RawMutex"),
            move |n| counted::<Mutex<RawMutex>>(threads, n),
            &label("raw_lock"),
            move |n| counted::<Mutex<RawSpinLock>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("std Mutex"),
            move |n| counted::<Std>(threads, n),
            &label("poison_mutex"),
            move |n| counted::<PoisonMutex<u64>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("std RwLock"),
            move |n| read::<RwLock<Numbers>>(threads, n),
            &label("rw_lock"),
            move |n| read::<our_rw_lock::RwLock<Numbers>>(threads, n),
        );
        comparison = pair(
            comparison,
            &label("parking_lot RwLock"),
            move |n| read::<parking_lot::RwLock<Numbers>>(threads, n),
            &label("writer_priority"),
            move |n| read::<our_writer_priority::RwLock<Numbers>>(threads, n),
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

fn counted<C: Count + Sync>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        C::zero,
        |count| black_box(count).locked(|number| *number += 1),
        |count, all| assert_eq!(count.if_free(), Some(all), "the number behind the lock"),
    )
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

/// Crossbeam keeps what is too large for an atomic behind a sequence number, as a seqlock does. There is a crate
/// `seqlock`, too. It is not here because an exercise has that name, and `cargo test -p seqlock` has to mean the exercise.
impl Shared for AtomicCell<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.load())
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        let changed = self.fetch_update(|mut numbers| {
            change(&mut numbers);
            Some(numbers)
        });
        changed.expect("it is always changed");
    }
}
