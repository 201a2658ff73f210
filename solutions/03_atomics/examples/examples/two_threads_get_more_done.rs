//! With which counters two threads got more done than one, when we measured.

use measured_answer_examples::row;

fn main() {
    let median = |name: String| row("03_atomics/counters", &name).median;
    for counter in [
        "LockedCounter",
        "AtomicCounter",
        "ShardedCounter",
        "TalliedCounter",
    ] {
        // The time for an addition, whichever thread did it.
        let alone = median(format!("{counter}, 1 thread"));
        if median(format!("{counter}, 2 threads")) < alone {
            println!("{counter}");
        }
    }
}
