//! What a run of the checker is told, and what it tells.
//!
//! A *run* calls a program once per execution, until all schedules are explored, one of them fails, or a limit is
//! reached. Checking a model takes several.

mod failure;
mod progress;
mod settings;
mod tally;

pub(crate) use failure::{Aftermath, Failure, Stuck};
pub(crate) use progress::Progress;
pub(crate) use settings::{Record, Settings, Stores};
pub(crate) use tally::{CutOff, Tally};
