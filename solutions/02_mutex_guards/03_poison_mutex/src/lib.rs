//! A mutex that tells the next holder when a previous holder panicked.

use lanes_std::sync;

mod poison_mutex;
pub use poison_mutex::{LockResult, PoisonGuard, PoisonMutex, Poisoned};
