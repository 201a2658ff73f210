//! A pointer with a counter beside it: after how many exchanges it is what it was.

use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering::Relaxed;

/// The number of a node, and a counter, in one word.
fn word(node: u8, count: u8) -> u16 {
    u16::from_be_bytes([node, count])
}

fn main() {
    // ANCHOR: body
    let head = AtomicU16::new(word(1, 0));
    let seen = head.load(Relaxed); // by a thread that is stopped now

    let mut exchanges = 0;
    for node in [2, 1].into_iter().cycle() {
        let [_, count] = head.load(Relaxed).to_be_bytes();
        head.store(word(node, count.wrapping_add(1)), Relaxed);
        exchanges += 1;
        if head.load(Relaxed) == seen {
            break;
        }
    }
    // ANCHOR_END: body
    println!("{exchanges}");
}
