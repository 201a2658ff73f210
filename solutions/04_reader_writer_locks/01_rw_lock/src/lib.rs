//! A lock for many readers or one writer, whose state is one word.

use lanes_std::sync;

mod rw_lock;
pub use rw_lock::{MAX_READERS, ReadGuard, RwLock, WriteGuard};
