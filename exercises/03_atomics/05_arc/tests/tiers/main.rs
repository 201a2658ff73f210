//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;
