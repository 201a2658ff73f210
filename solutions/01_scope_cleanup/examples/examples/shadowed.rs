//! Three ways to lose a name, and what becomes of the value.

#![allow(
    unused_assignments,
    reason = "one of the ways that this example is about"
)]

use scope_cleanup_examples::Noisy;

fn main() {
    // ANCHOR: body
    let _guard = Noisy("shadowed");
    let _guard = Noisy("shadowing");

    let mut guard = Noisy("overwritten");
    guard = Noisy("overwriting");

    let _ = Noisy("not bound");
    let _ = guard;
    println!("last line");
    // ANCHOR_END: body
}
