//! A reader–writer lock with a third kind of guard: one that reads, and may become a writer without letting go.

use lanes_std::sync;

mod upgrade;
pub use upgrade::{MAX_READERS, ReadGuard, RwLock, UpgradableGuard, WriteGuard};
