//! Chapter 4: when is reading free?
//!
//! ```text
//! cargo bench -p benches --bench 04_reader_writer_locks                  # six minutes
//! cargo bench -p benches --bench 04_reader_writer_locks -- short_reads   # one group
//! cargo bench -p benches --bench 04_reader_writer_locks --features mine  # with your own locks beside the others
//! ```
//!
//! All locks guard the same four numbers, which are equal. A reader checks that they are; a writer adds one to each. After
//! its rounds each row shows that no writer was lost.
//!
//! With several threads the time is per round, whichever thread did it: on two processors that do not disturb each
//! other it would be half of what it is on one.

mod guards;
mod mix;

use std::time::Duration;

fn main() {
    // Many rows, and none that takes long: half of the usual time is enough for each.
    let mut criterion = bench_kit::criterion()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_millis(1_500))
        .configure_from_args();
    mix::short_reads(&mut criterion);
    mix::long_reads(&mut criterion);
    mix::crowd(&mut criterion);
    guards::guard_or_manual(&mut criterion);
    guards::look_and_change(&mut criterion);
    criterion.final_summary();
}
