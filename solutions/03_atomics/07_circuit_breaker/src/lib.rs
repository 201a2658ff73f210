//! A circuit breaker in one word: it rejects calls to a failing service, and probes it once in a
//! while.

use lanes_std::sync;

mod circuit_breaker;
pub use circuit_breaker::{CircuitBreaker, Permit, Rejected, Settings, State};
