//! Which orderings cost more than `Relaxed`, when we measured.

use measured_answer_examples::rows;

fn main() {
    for row in rows("03_atomics/orderings") {
        if row.ratio > 1.1 {
            println!("{}", row.name);
        }
    }
}
