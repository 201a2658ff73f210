//! A value that is made once, by whoever needs it first, and then read without a lock.

use lanes_std::sync;

mod once_lock;
pub use once_lock::OnceLock;
