//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule. And one
//! question more, how a thread waits.

mod behaviour;
mod log;
mod models;
mod pods;
mod sleep;
mod stress;

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The given halves of your source, for the same copy.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod events {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/events.rs"));
}
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod index {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/index.rs"));
}
