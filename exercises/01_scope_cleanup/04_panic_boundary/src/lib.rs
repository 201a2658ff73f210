//! A supervisor: it runs jobs, catches their panics, restarts them within a budget, and falls back.

use lanes_std::sync;

mod panic_boundary;
pub use panic_boundary::{Budget, Job, NOT_TEXT, Outcome, Panicked, Shared, Supervisor};
