//! A store that many read while a stream of changes writes it, with handlers that are told of every change.

#![forbid(unsafe_code)] // Locks are enough.

use lanes_std::sync;

mod events;
mod index;
mod informer_store;

pub use events::{Change, Closed, Event, Resource};
pub use index::Index;
pub use informer_store::{Handler, InformerStore, Pump};
