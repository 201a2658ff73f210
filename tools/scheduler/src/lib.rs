//! Turns a small concurrent program into the graph of all its schedules.
//!
//! The program is written against `crate::sync`, as the exercises are; [`sync`] has those names, and
//! [`explore`] runs the program once for every schedule. A step is one operation on something shared. Between
//! two steps of a thread, any other may go; a load may see any value that the memory model lets it see; a wait
//! may end for no reason. [`record`] writes what was found in the form that the book plays.
//!
//! What it leaves out is in the README.

mod choices;
mod execution;
mod explore;
mod graph;
mod key;
mod level;
mod memory;
mod object;
mod op;
pub mod record;
mod source;
mod state;
pub mod sync;
mod thread;
mod words;

pub use explore::{explore, explore_tree, outcomes};
pub use graph::{Graph, Outcome};
pub use level::{LEVELS, Level};

/// The programs of the levels, here on top of [`sync`].
#[allow(
    clippy::all,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "among them are known wrong solutions, as they are"
)]
#[path = "../levels/all.rs"]
pub mod levels;
