//! A latch.

mod latch;
pub use latch::Latch;
