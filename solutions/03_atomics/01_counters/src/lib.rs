//! One count, kept four ways: under a lock, in one atomic, in several, and in a tally for each thread.

use lanes_std::sync;

mod counters;
pub use counters::{AtomicCounter, Counter, LockedCounter, ShardedCounter, TalliedCounter, Tally};
