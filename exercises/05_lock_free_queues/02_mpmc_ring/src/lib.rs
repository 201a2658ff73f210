//! A bounded queue with any number of producers and consumers.

use lanes_std::sync;

mod mpmc_ring;
pub use mpmc_ring::{Full, MpmcRing};
