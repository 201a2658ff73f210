//! Which orderings cost more than `Relaxed`, when we measured.

use atomics_examples::figures;

fn main() {
    for row in figures::rows("orderings") {
        if row.ratio > 1.1 {
            println!("{}", row.name);
        }
    }
}
