//! What a run of the checker is told, and what it tells.
//!
//! A *run* is one engine's exploration of a program, until all is explored, an execution fails, or a limit is reached.

mod failure;
mod progress;
mod settings;
mod tally;

pub(crate) use failure::{Aftermath, Cause, Failure, Stuck};
pub(crate) use progress::Progress;
pub(crate) use settings::Settings;
pub(crate) use tally::{CutOff, Tally};
