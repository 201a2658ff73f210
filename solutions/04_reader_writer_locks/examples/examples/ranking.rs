//! The order in which four ways of reading came in, in the recorded measurement: the fastest first.

const SHORT_READS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../book/data/figures/04_reader_writer_locks/short_reads.json"
));

fn main() {
    let mut ways = ["writer_priority", "std RwLock", "arc-swap", "seqlock"];
    ways.sort_by(|one, other| f64::total_cmp(&time(one), &time(other)));
    for way in ways {
        println!("{way}");
    }
}

/// Nanoseconds for a round, with two threads and 99 % reads.
fn time(way: &str) -> f64 {
    let name = format!("\"name\": \"{way}, 99 % reads\"");
    let (_, row) = SHORT_READS.split_once(&name).expect("the row is recorded");
    let (_, median) = row.split_once("\"median\": ").expect("a row has a median");
    let (median, _) = median.split_once(',').expect("more follows");
    median.parse().expect("a median is a number")
}
