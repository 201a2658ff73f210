//! Chapter 2: locks, and queues that wait.

#[macro_use]
pub mod count;
#[macro_use]
pub mod queues;
#[macro_use]
pub mod waiting;
