//! With which counters two threads got more done than one, when we measured.

use atomics_examples::figures;

fn main() {
    let rows = figures::rows("counters");
    let median = |name: String| {
        let row = rows.iter().find(|row| row.name == name);
        row.unwrap_or_else(|| panic!("no row {name}")).median
    };
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
