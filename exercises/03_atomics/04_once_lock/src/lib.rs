//! A value that is made once, by the first caller that needs it, and then read without a lock.

use lanes_std::sync;

mod once_lock;
pub use once_lock::OnceLock;
