//! Explores every schedule of a small concurrent program.

mod abort;
mod context;
mod engine;
mod model;
mod ordering;
mod output;
mod report;
mod step;
pub mod stress;
pub mod sync;

pub use model::{Model, Pass, expect_bug, explore, model, outcomes};
pub use report::{Kind, Report, Row, State, Style, Variable};
