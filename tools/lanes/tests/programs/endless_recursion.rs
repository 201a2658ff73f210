//! A function that calls itself and never stops.

use lanes::sync::thread;

#[expect(unconditional_recursion, reason = "that is the point")]
fn depth(below: u64) -> u64 {
    std::hint::black_box(depth(std::hint::black_box(below + 1))) + 1
}

pub(crate) fn program() {
    let other = thread::spawn(|| depth(0));
    other.join().unwrap();
}
