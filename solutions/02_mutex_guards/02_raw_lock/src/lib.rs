//! A raw spin lock, a mutex made from it, and one critical section released by guard and by hand.

use lanes_std::sync;

mod mutex;
mod raw_lock;

pub use mutex::{Mutex, MutexGuard, deposit_with_guard};
pub use raw_lock::{Account, DepositError, Held, LIMIT, RawSpinLock};
