//! What the chapters' benchmarks are made with, and the programs that count and record beside them.
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
//! see [`Comparison::run`]. What a program has counted stands in a [`Table`].

pub mod cargo;
mod comparison;
mod crowd;
mod elsewhere;
mod median;
pub mod profile;
mod ratios;
mod repository;
mod selection;
mod table;
mod together;
mod trial;

pub use comparison::{Comparison, criterion};
pub use crowd::{OwnLine, at_work, competing, crowded, crowds, doubling_crowds, named, processors};
pub use elsewhere::Elsewhere;
pub use median::Interval;
pub use ratios::{RATIOS_DIR, Ratios, Row};
pub use repository::repository;
pub use selection::{GROUP, is_selected};
pub use table::{QUICK, TABLES_DIR, Table};
pub use together::{Span, together, until_together};
