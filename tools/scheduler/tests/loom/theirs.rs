//! The litmus tests on top of loom.

use lanes::sync;

#[path = "litmus.rs"]
pub(crate) mod litmus;
