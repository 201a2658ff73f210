//! The litmus tests on top of the explorer.

use scheduler::sync;

#[path = "litmus.rs"]
pub(crate) mod litmus;
