//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which waiting is
/// noticed.
mod sync {
    pub(crate) use lanes::waits::*;
}
