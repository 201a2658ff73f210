//! A queue without a lock and without a limit, in which threads help each other.

use lanes_std::sync;

mod ms_queue;
pub use ms_queue::MsQueue;
