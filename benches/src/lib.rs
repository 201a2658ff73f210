//! What the chapters' benchmarks compare, and what one round of each is.
//!
//! The benchmarks themselves are in `benches/benches`, a folder for each chapter: which rows stand beside each other,
//! under which names. A module here is called as its chapter, without the number. It holds what more than one benchmark
//! times, and the traits behind which things of one kind stand, so that a row is one line whoever wrote the thing.
//!
//! What times them is [`bench_kit`].

pub mod ours;
pub mod release;
pub mod scope_cleanup;

// Their macros put a type behind a trait of theirs: one of ours there, and one of yours in `mine`.
#[macro_use]
pub mod mutex_guards;
#[macro_use]
pub mod atomics;
#[macro_use]
pub mod reader_writer_locks;
#[macro_use]
pub mod lock_free_queues;

#[cfg(feature = "mine")]
pub mod mine;
/// Without the feature `mine` the solutions stand in for what you wrote: rows of yours compile, and
/// [`my_row`](bench_kit::Comparison::my_row) leaves them out.
#[cfg(not(feature = "mine"))]
pub use ours as mine;
