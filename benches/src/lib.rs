//! What the chapters' benchmarks share.
//!
//! A benchmark here answers *how much slower is this than that?* Two figures taken one after the other do not
//! answer it: between them the machine changes its mind (its clock, its neighbours, its temperature).
//! So [`Comparison`] takes two kinds of figures in the same run:
//!
//! - **times**, which are criterion's: the median of a row's samples, with its confidence interval;
//! - **ratios**, which come from pairs: inside every sample a row and its baseline take turns, some
//!   tenths of a millisecond each, and the ratio is the median of what each pair says. What slows the machine
//!   down slows down both halves of a pair.
//!
//! A baseline is also compared with itself. That ratio should be 1; how far its interval reaches
//! around 1 is what this run can tell apart, and anything smaller is noise.
//!
//! What pairs cannot even out is where the compiler placed the two loops in memory. Counted instructions can:
//! see [`Comparison::run`].

mod asked;
mod comparison;
pub mod counting;
mod crowd;
mod elsewhere;
mod median;
pub mod profile;
mod ratios;
pub mod release;
mod repository;
mod table;
mod together;
mod trial;
mod valgrind;

pub use asked::{GROUP, is_asked_for};
pub use comparison::{Comparison, criterion};
pub use crowd::{OwnLine, at_work, crowded, crowds, named, processors};
pub use elsewhere::Elsewhere;
pub use median::Interval;
pub use ratios::{RATIOS_DIR, Ratios, Row};
pub use repository::{package, repository};
pub use table::{TABLES_DIR, Table};
pub use together::{Span, together, until_together};
pub use valgrind::Valgrind;
