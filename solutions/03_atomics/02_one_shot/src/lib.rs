//! A channel for one value: a flag, and the data that it announces.

use lanes_std::sync;

mod one_shot;
pub use one_shot::{Receiver, Sender, channel};
