//! A bounded queue for any number of threads that push, and any number that pop.

use lanes_std::sync;

mod mpmc_ring;
pub use mpmc_ring::{Full, MpmcRing};
