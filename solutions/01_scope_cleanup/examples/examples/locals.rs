//! Locals and parameters, one of which is moved away, and one declared without a value.

use scope_cleanup_examples::Noisy;

fn main() {
    scope(Noisy("parameter"));
}

// ANCHOR: body
fn scope(_parameter: Noisy) {
    let _late;
    let _first = Noisy("first");
    let moved = Noisy("moved");
    let _third = Noisy("third");
    _late = Noisy("late");
    drop(moved);
    println!("last line");
}
// ANCHOR_END: body
