//! Counts instructions with callgrind: every primitive of [`benches::release`], by hand and by guard.
//!
//! ```text
//! cargo run --release -p bench-counts --bin instructions                       # counts, and says how many a round takes
//! cargo bench -p bench-counts --features instructions --bench instructions     # all that gungraun knows of each case
//! ```
//!
//! A case is one process, of which only [`Prepared::run`] is counted. It needs valgrind, and a runner of gungraun's in
//! the same version: the first command says how to get either.

#![allow(missing_docs)] // of what gungraun's macros make

use bench_counts::cases::{self, Prepared};
use gungraun::prelude::*;

// Not counted.
fn prepare(number: usize) -> Prepared {
    cases::cases()[number].prepare()
}

// What is prepared is returned, so that it is not dropped in here.
#[library_benchmark]
#[benches::case(iter = 0..cases::cases().len(), setup = prepare)]
fn rounds(prepared: Prepared) -> Prepared {
    prepared.run();
    prepared
}

library_benchmark_group!(name = release, benchmarks = rounds);
main!(library_benchmark_groups = release);
