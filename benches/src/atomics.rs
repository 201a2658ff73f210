//! Chapter 3: what is counted, owned, made once and admitted.

#[macro_use]
pub mod admission;
#[macro_use]
pub mod counters;
pub mod once;
#[macro_use]
pub mod owners;
