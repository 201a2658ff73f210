//! A raw spin lock, a mutex over it, and one critical section released by guard and manually.

use lanes_std::sync;

mod mutex;
mod raw_lock;

pub use mutex::{Mutex, MutexGuard, deposit_with_guard};
pub use raw_lock::{Account, DepositError, Held, LIMIT, RawSpinLock};
