//! A reader–writer lock with a third kind of guard: a reader that can become a writer without
//! unlocking.

use lanes_std::sync;

mod upgrade;
pub use upgrade::{MAX_READERS, ReadGuard, RwLock, UpgradableGuard, WriteGuard};
