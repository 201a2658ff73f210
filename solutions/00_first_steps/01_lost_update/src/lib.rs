//! A count that threads share.

use lanes_std::sync;

mod lost_update;
pub use lost_update::{AtomicVisits, LockedVisits};
