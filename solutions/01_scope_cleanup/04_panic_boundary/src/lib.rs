//! A supervisor: it runs jobs, catches their panics, restarts them within a budget, and falls back.

#![forbid(unsafe_code)] // Nothing in this chapter needs it.

use lanes_std::sync;

mod panic_boundary;
pub use panic_boundary::{Budget, Job, NOT_TEXT, Outcome, Panicked, Shared, Supervisor};
