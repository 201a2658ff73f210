//! Turns a small concurrent program into the graph of all its schedules.
//!
//! The program is written against `crate::sync`, as the exercises are: here, that is `lanes::sync`. [`explore`] has
//! `explorer` find all states of it, and makes of them what a reader can play: what each thread does next and where, what
//! each object holds, and what each choice leads to, in words. [`record`] writes that in the form that the book plays.
//!
//! What it leaves out is in the README.

mod explore;
mod graph;
mod level;
pub mod record;
mod source;
mod words;

pub use explore::explore;
pub use graph::{Graph, Outcome};
pub use level::{LEVELS, Level};

use lanes::sync;

/// The programs of the levels.
#[allow(
    clippy::all,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "among them are known wrong solutions, as they are"
)]
#[path = "../levels/all.rs"]
pub mod levels;
