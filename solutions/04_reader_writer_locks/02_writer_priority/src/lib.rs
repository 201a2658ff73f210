//! A reader–writer lock under which neither a writer nor a reader that waits is passed for ever.

use lanes_std::sync;

mod writer_priority;
pub use writer_priority::{ReadGuard, RwLock, Waiting, WriteGuard};
