//! A group of tasks to wait for: a task is done when its guard is dropped.

use lanes_std::sync;

mod wait_group;
pub use wait_group::{Task, WaitGroup};
