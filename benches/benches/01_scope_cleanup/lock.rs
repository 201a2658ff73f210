//! A lock: parking_lot's, since that of std cannot be unlocked by hand.

use std::hint::black_box;
use std::time::{Duration, Instant};

use lock_api::RawMutex;

use benches::release::work;

pub(crate) type Lock = lock_api::Mutex<parking_lot::RawMutex, u64>;

pub(crate) fn lock_by_guard(count: &Lock) {
    let mut count = count.lock();
    work();
    *count += 1;
}

pub(crate) fn lock_by_hand(count: &Lock) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { count.raw() };
    let token = raw.lock();
    work();
    // SAFETY: we hold the lock, so no other thread reaches the number.
    unsafe { *count.data_ptr() += 1 };
    // SAFETY: `token` is from `raw`, and no reference to the number is left.
    unsafe { raw.unlock(token) };
}

pub(crate) fn locks(rounds: u64, round: impl Fn(&Lock)) -> Duration {
    let lock = Lock::new(0);
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(&lock));
    }
    let elapsed = start.elapsed();
    let count = lock.try_lock().expect("the lock is free again");
    assert_eq!(*count, rounds, "the number behind the lock");
    elapsed
}
