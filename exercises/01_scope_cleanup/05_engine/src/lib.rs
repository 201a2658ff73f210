//! An engine: parts and workers that start in order, and whose stop is the drop of the running handle.

#![forbid(unsafe_code)] // Nothing in this chapter needs it.

use lanes_std::sync;

mod engine;
mod queue;

pub use engine::{Engine, Running, StartError, Submitter};
pub use queue::{Refused, Stopped};
