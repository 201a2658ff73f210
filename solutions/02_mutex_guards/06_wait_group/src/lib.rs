//! A group of tasks to wait for, whose *done* is a guard's drop.

use lanes_std::sync;

mod wait_group;
pub use wait_group::{Task, WaitGroup};
