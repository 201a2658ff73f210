//! One thread, uncontended: what it costs to take a lock and to give it back, in each way.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bench_kit::{Comparison, OwnLine};
use benches::reader_writer_locks::locks::{Numbers, Shared};
use benches::reader_writer_locks::mix::{add_one, assert_equal};
use benches::reader_writer_locks::upgrade::{upgrade_mine, upgrade_ours, upgrade_theirs};
use benches::{mine, ours};
use criterion::Criterion;
use lock_api::{RawRwLock as _, RwLock as Raw};
use parking_lot::{RawRwLock, RwLock};

/// For reading and for writing: by guard, and by hand where that can be had. `std` and our own locks have nothing but
/// guards, so they stand here for their time.
pub(crate) fn guard_or_manual(criterion: &mut Criterion) {
    const READ: Option<&str> = Some("parking_lot, read, manual");
    const WRITE: Option<&str> = Some("parking_lot, write, manual");
    Comparison::new(
        "guard_or_manual",
        "Lock, read four numbers or write them, unlock: by guard, by hand",
    )
    .with_crate("lock_api")
    .with_crate("parking_lot")
    .row("parking_lot, read, manual", READ, |n| {
        alone(n, 0, read_by_hand)
    })
    .row("parking_lot, read, guard", READ, |n| {
        alone::<RwLock<Numbers>>(n, 0, |lock| Shared::read(lock, assert_equal))
    })
    .row("parking_lot, write, manual", WRITE, |n| {
        alone(n, 1, write_by_hand)
    })
    .row("parking_lot, write, guard", WRITE, |n| {
        alone::<RwLock<Numbers>>(n, 1, |lock| Shared::write(lock, add_one))
    })
    .row("std, read, guard", READ, |n| {
        alone::<std::sync::RwLock<Numbers>>(n, 0, |lock| Shared::read(lock, assert_equal))
    })
    .row("std, write, guard", WRITE, |n| {
        alone::<std::sync::RwLock<Numbers>>(n, 1, |lock| Shared::write(lock, add_one))
    })
    .row("rw_lock, read, guard", READ, |n| {
        alone::<ours::rw_lock::RwLock<Numbers>>(n, 0, |lock| Shared::read(lock, assert_equal))
    })
    .row("rw_lock, write, guard", WRITE, |n| {
        alone::<ours::rw_lock::RwLock<Numbers>>(n, 1, |lock| Shared::write(lock, add_one))
    })
    .my_row("my rw_lock, read, guard", READ, "rw_lock", |n| {
        alone::<mine::rw_lock::RwLock<Numbers>>(n, 0, |lock| Shared::read(lock, assert_equal))
    })
    .my_row("my rw_lock, write, guard", WRITE, "rw_lock", |n| {
        alone::<mine::rw_lock::RwLock<Numbers>>(n, 1, |lock| Shared::write(lock, add_one))
    })
    .run(criterion);
}

/// Look, and then change: a write lock from the beginning, or a lock that is upgraded when it turns out to be needed.
pub(crate) fn look_and_change(criterion: &mut Criterion) {
    const BASELINE: Option<&str> = Some("parking_lot, write lock");
    Comparison::new(
        "look_and_change",
        "Look, and then change: a write lock, or an upgrade",
    )
    .with_crate("parking_lot")
    .row("parking_lot, write lock", BASELINE, |n| {
        alone::<RwLock<Numbers>>(n, 1, |lock| {
            Shared::write(lock, |numbers| {
                assert_equal(numbers);
                add_one(numbers);
            });
        })
    })
    .row("parking_lot, upgrade", BASELINE, |n| {
        alone(n, 1, upgrade_theirs)
    })
    .row("upgrade, write lock", BASELINE, |n| {
        alone::<ours::upgrade::RwLock<Numbers>>(n, 1, |lock| {
            let mut guard = lock.write();
            assert_equal(&guard);
            add_one(&mut guard);
        })
    })
    .row("upgrade, upgrade", BASELINE, |n| alone(n, 1, upgrade_ours))
    .my_row("my upgrade, upgrade", BASELINE, "upgrade", |n| {
        alone(n, 1, upgrade_mine)
    })
    .run(criterion);
}

fn read_by_hand(lock: &Raw<RawRwLock, Numbers>) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { lock.raw() };
    let token = raw.lock_shared();
    // SAFETY: we hold the lock, so no thread writes.
    assert_equal(unsafe { &*lock.data_ptr() });
    // SAFETY: `token` is from `raw`, and no reference to the numbers is left.
    unsafe { raw.unlock_shared(token) };
}

fn write_by_hand(lock: &Raw<RawRwLock, Numbers>) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { lock.raw() };
    let token = raw.lock_exclusive();
    // SAFETY: we hold the lock, so no other thread reaches the numbers.
    add_one(unsafe { &mut *lock.data_ptr() });
    // SAFETY: `token` is from `raw`, and no reference to the numbers is left.
    unsafe { raw.unlock_exclusive(token) };
}

/// `rounds` rounds on one thread, each of which adds so much.
fn alone<S: Shared>(rounds: u64, added: u64, round: impl Fn(&S)) -> Duration {
    let OwnLine(shared) = &OwnLine(S::fresh());
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(shared));
    }
    let elapsed = start.elapsed();
    // Writing needs the whole lock: it is free again.
    shared.write(|_| ());
    let numbers = shared.read(|numbers| *numbers);
    assert_eq!(numbers, [rounds * added; 4]);
    elapsed
}
