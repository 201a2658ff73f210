//! A circuit breaker in one word: it rejects calls to a failing service, and sends one probe.

use lanes_std::sync;

mod circuit_breaker;
pub use circuit_breaker::{CircuitBreaker, Permit, Rejected, Settings, State};
