#![doc = include_str!("../README.md")]
//!
//! # Where to start
//!
//! [`model()`] and its relatives [`explore()`], [`expect_bug`], [`sleeps`] and [`outcomes`]; [`Model`] for limits; [`sync`] for
//! what a model may use; [`Report`] for what it found; [`stress`] for real threads;
//! [`history`] for what they were told; [`each_test!`] for a verdict whatever happens.

mod abort;
mod context;
mod engine;
pub mod history;
mod model;
mod ordering;
mod output;
mod patience;
mod report;
mod step;
pub mod stress;
pub mod sync;
mod usage;
pub mod verdict;

pub use model::{Model, Pass, expect_bug, explore, model, outcomes, sleeps};
pub use report::{Kind, Report, Row, State, Style, Variable};
