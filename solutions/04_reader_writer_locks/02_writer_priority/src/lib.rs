//! A reader–writer lock that starves neither waiting writers nor waiting readers.

use lanes_std::sync;

mod writer_priority;
pub use writer_priority::{ReadGuard, RwLock, Waiting, WriteGuard};
