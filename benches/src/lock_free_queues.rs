//! Chapter 5: from one thread to another, and back.

pub mod generators;
pub mod hand_over;
#[macro_use]
pub mod pools;
#[macro_use]
pub mod queues;
