//! A bounded queue without a lock, between one thread that pushes and one that pops.

use lanes_std::sync;

mod spsc_ring;
pub use spsc_ring::{Consumer, Full, Producer, ring, ring_at};
