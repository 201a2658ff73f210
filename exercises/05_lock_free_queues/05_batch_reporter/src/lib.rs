//! Telemetry that never blocks its caller: events go through a ring, and are written in batches.

use lanes_std::sync;

mod batch_reporter;
mod ring;

pub use batch_reporter::{Collector, Policy, Reporter, Sink, Tally, reporter};
