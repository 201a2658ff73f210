//! How does a thread wait that spins?

use bench_kit::{Comparison, doubling_crowds, named};
use benches::mine;
use benches::mutex_guards::count::{Count, Mutex, add_one, counted};
use benches::mutex_guards::waiting::{
    BacksOff, ByGuard, ByHand, Exchanges, Looks, Patient, RawByHand,
};
use benches::ours::spin_lock::SpinLock;
use criterion::Criterion;
use parking_lot::RawMutex as ParkingLot;

/// One spin lock, three ways to wait for it, and `parking_lot`, which spins for a moment and then sleeps. One thread, two,
/// and so on, up to one for each processor: lock, add one, unlock, and nothing in between.
///
/// Each way by guard and by hand: what a guard costs does not depend on how one waits. `SpinLock` is the exercise's, which
/// has no release by hand; it takes the same steps as the way that backs off.
pub(crate) fn ways(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "ways_to_wait",
        "Ways to wait for a spin lock: by guard, by hand",
    )
    .with_crate("lock_api")
    .with_crate("parking_lot");
    for threads in doubling_crowds() {
        comparison = pair::<ByHand<Exchanges>, ByGuard<Exchanges>>(comparison, "exchange", threads);
        comparison = pair::<ByHand<Looks>, ByGuard<Looks>>(comparison, "look", threads);
        comparison =
            pair::<ByHand<BacksOff>, ByGuard<BacksOff>>(comparison, "look and back off", threads);
        let same_steps = named("look and back off, manual", threads);
        comparison = comparison
            .row(
                named("SpinLock, patiently", threads),
                Some(&same_steps),
                move |n| counted::<Patient<SpinLock<u64>>>(threads, n, add_one),
            )
            .my_row(
                named("my SpinLock, patiently", threads),
                Some(&same_steps),
                "spin_lock",
                move |n| counted::<Patient<mine::spin_lock::SpinLock<u64>>>(threads, n, add_one),
            );
        comparison =
            pair::<RawByHand<ParkingLot>, Mutex<ParkingLot>>(comparison, "parking_lot", threads);
    }
    comparison.run(criterion);
}

/// Adds a way to wait, released by hand and by guard.
fn pair<Hand: Count + Sync + 'static, Guard: Count + Sync + 'static>(
    comparison: Comparison,
    way: &str,
    threads: u32,
) -> Comparison {
    let by_hand = named(&format!("{way}, manual"), threads);
    comparison
        .row(&by_hand, Some(&by_hand), move |n| {
            counted::<Hand>(threads, n, add_one)
        })
        .row(
            named(&format!("{way}, guard"), threads),
            Some(&by_hand),
            move |n| counted::<Guard>(threads, n, add_one),
        )
}
