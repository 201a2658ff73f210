//! A store that many read while a stream of changes writes it, with handlers that are told of every change.

#![forbid(unsafe_code)] // Locks are enough.

use lanes_std::sync;

mod index;
mod informer_store;
mod told;

pub use index::Index;
pub use informer_store::{Handler, InformerStore, Pump};
pub use told::{Change, Closed, Event, Resource};
