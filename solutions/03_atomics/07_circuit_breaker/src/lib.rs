//! A circuit breaker in one word: it stops calling what keeps failing, and sends one probe to find out.

use lanes_std::sync;

mod circuit_breaker;
pub use circuit_breaker::{CircuitBreaker, Permit, Rejected, Settings, State};
