//! A blocking bounded queue on a mutex and two condition variables, with `close`.

use lanes_std::sync;

mod bounded_queue;
pub use bounded_queue::{BoundedQueue, Closed, TryPopError, TryPushError};
