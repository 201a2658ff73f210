//! A bounded pool of objects that are used again: whoever takes one gets a guard, and its drop brings it back.

use lanes_std::sync;

mod object_pool;
pub use object_pool::{MAX_CAPACITY, Pool, Pooled};
