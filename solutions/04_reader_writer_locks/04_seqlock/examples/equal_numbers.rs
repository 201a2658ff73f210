//! Every quote that a reader can be given who compares two numbers, and trusts Acquire and Release to keep his copy between
//! them.

use std::sync::Arc;

use lanes::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use lanes::sync::thread;

fn main() {
    let quotes = lanes::outcomes(one_write_one_read);
    for [bid, ask] in quotes.into_iter().flatten() {
        println!("{bid} {ask}");
    }
}

struct Shared {
    number: AtomicU32,
    bid: AtomicU32,
    ask: AtomicU32,
}

// ANCHOR: body
fn write(quote: &Shared) {
    quote.number.store(1, Release);
    quote.bid.store(2, Relaxed);
    quote.ask.store(2, Relaxed);
    quote.number.store(2, Release);
}

fn read(quote: &Shared) -> Option<[u32; 2]> {
    let before = quote.number.load(Acquire);
    let copy = [quote.bid.load(Relaxed), quote.ask.load(Relaxed)];
    let after = quote.number.load(Acquire);
    (before == after && before.is_multiple_of(2)).then_some(copy)
}
// ANCHOR_END: body

fn one_write_one_read() -> Option<[u32; 2]> {
    let quote = Arc::new(Shared {
        number: AtomicU32::new(0),
        bid: AtomicU32::new(1),
        ask: AtomicU32::new(1),
    });
    let reader = thread::spawn({
        let quote = Arc::clone(&quote);
        move || read(&quote)
    });
    write(&quote);
    reader.join().unwrap()
}
