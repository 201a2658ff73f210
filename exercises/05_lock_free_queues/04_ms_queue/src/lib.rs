//! A lock-free, unbounded queue, in which threads help each other.

use lanes_std::sync;

mod ms_queue;
pub use ms_queue::MsQueue;
