//! A value with many owners, dropped by the last: `Arc`, and `Weak`, which watches without owning.

use lanes_std::sync;

mod arc;
pub use arc::{Arc, MAX_REFS, Weak};
