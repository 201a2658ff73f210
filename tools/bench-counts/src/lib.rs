//! What is counted instead of timed, for the programs in `src/bin`: each leaves a table for the book.
//!
//! Counts do not depend on the machine's mood: the same program gives the same ones every time.

pub mod cases;
mod valgrind;

pub use valgrind::Valgrind;
