//! The order in which four ways of reading came in, in the recorded measurement: the fastest first.

use measured_answer_examples::row;

fn main() {
    let mut ways = ["writer_priority", "std RwLock", "arc-swap", "seqlock"];
    ways.sort_by(|one, other| f64::total_cmp(&time(one), &time(other)));
    for way in ways {
        println!("{way}");
    }
}

/// Nanoseconds for a round, with two threads and 99 % reads.
fn time(way: &str) -> f64 {
    let name = format!("{way}, 99 % reads");
    row("04_reader_writer_locks/short_reads", &name).median
}
