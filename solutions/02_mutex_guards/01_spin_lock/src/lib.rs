//! A spin lock with a guard that unlocks on drop.

use lanes_std::sync;

mod spin_lock;
pub use spin_lock::{SpinLock, SpinLockGuard};
