//! A bounded lock-free queue with one producer and one consumer.

use lanes_std::sync;

mod spsc_ring;
pub use spsc_ring::{Consumer, Full, Producer, ring, ring_at};
