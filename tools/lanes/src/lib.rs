#![doc = include_str!("../README.md")]
//!
//! # Where to start
//!
//! [`model()`] and its relatives [`explore()`], [`expect_bug`], [`sleeps`] and [`outcomes`]; [`Model`] for limits; [`sync`] for
//! what a model may use; [`Report`] for what it found; [`stress`] for real threads;
//! [`history`] for what they were told; [`panics`], [`drops`] and [`memory`] for panics, drops and memory that are part of a
//! test; [`waits`] for what must not wait; [`each_test!`] for a verdict whatever happens.
//!
//! # How it is built
//!
//! A module knows those on the floors below its own, and no others. `tests/floors.rs` holds them to it.
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 6 | `model` | the entrances: a program, its limits, and how it is explored |
//! | 5 | `verdict` | a process for each test, and a verdict whatever becomes of it |
//! | 5 | `engine` | one run of an engine, watched from another thread: ours, or loom |
//! | 5 | `waits` | the same types, in which waiting is noticed |
//! | 4 | `sync` | the types that a model uses: a step of the engine that runs it, and a record of what is done |
//! | 4 | `output` | what a checked model leaves behind: a line, and a file |
//! | 3 | `context` | what a model's thread remembers of the execution it is in |
//! | 3 | `report` | a failing execution, made readable |
//! | 3 | `history` | what real threads were told, and whether one thread could have been told the same |
//! | 2 | `run` | what a run is told, and what it tells: settings, progress, failure, tally |
//! | 2 | `pass` | what exploring found where no execution failed |
//! | 2 | `stress` | real threads, with a headline where they hang |
//! | 1 | `patience` | how long nothing may move |
//! | 1 | `ordering` | the orderings that the source names, and how to weaken one |
//! | 0 | `drops` | items that tell when they are dropped |
//! | 0 | `panics` | panics that are part of a test: raised without a message, caught by name |
//! | 0 | `memory` | how much memory is in use |
//! | 0 | `step` | what a row of a report is made of |
//! | 0 | `source` | the source files: their lines, and paths that mean something to the reader |
//! | 0 | `json` | JSON, as text |
//! | 0 | `abort` | keeps an abort to the thread that caused it |
//! | 0 | `overflow` | keeps the overflow of a stack to the thread that caused it |
//! | 0 | `usage` | what the system knows of a process |
//! | 0 | `watcher` | signs of life, to the process that watches a test |

mod abort;
mod context;
pub mod drops;
mod engine;
pub mod history;
mod json;
pub mod memory;
mod model;
mod ordering;
mod output;
mod overflow;
pub mod panics;
mod pass;
mod patience;
mod report;
mod run;
mod source;
mod step;
pub mod stress;
pub mod sync;
mod usage;
pub mod verdict;
pub mod waits;
mod watcher;

pub use explorer::Memory;
pub use model::{
    Model, expect_bug, explore, lock_free, model, never_waits, outcomes, own_steps, sleeps,
};
pub use pass::Pass;
pub use report::{Kind, Layout, Report, Row, State, Style, Variable};
