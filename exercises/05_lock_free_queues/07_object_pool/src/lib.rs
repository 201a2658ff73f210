//! A bounded pool of reusable objects: taking one returns a guard, whose drop returns the object.

use lanes_std::sync;

mod object_pool;
pub use object_pool::{MAX_CAPACITY, Pool, Pooled};
