//! A reader that has written nothing says that it is done, with three orderings. Prints the weakest that will do.

use std::sync::Arc;

use lanes::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use lanes::sync::atomic::{AtomicU16, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

fn main() {
    let will_do = |&goodbye: &Ordering| lanes::explore(move || reader_and_writer(goodbye)).is_ok();
    let weakest = [Relaxed, Release, SeqCst].into_iter().find(will_do);
    println!("{:?}", weakest.expect("the strongest will do"));
}

struct Price {
    readers: AtomicU16,
    pence: UnsafeCell<u32>,
}

// SAFETY: the price is written when no reader is in. That this is sound with every ordering is not true, and a
// model says so.
unsafe impl Sync for Price {}

// ANCHOR: body
/// One of the readers: it is counted already, reads, and goes.
fn read(price: &Price, goodbye: Ordering) -> u32 {
    // SAFETY: a reader that is counted may read.
    let pence = price.pence.with(|pence| unsafe { *pence });
    price.readers.fetch_sub(1, goodbye);
    pence
}

/// A writer that does not wait.
fn try_write(price: &Price, pence: u32) {
    if price.readers.load(Acquire) == 0 {
        // SAFETY: that is the question.
        price.pence.with_mut(|price| unsafe { *price = pence });
    }
}
// ANCHOR_END: body

fn reader_and_writer(goodbye: Ordering) {
    let price = Arc::new(Price {
        readers: AtomicU16::new(1),
        pence: UnsafeCell::new(100),
    });
    let reader = thread::spawn({
        let price = Arc::clone(&price);
        move || read(&price, goodbye)
    });
    try_write(&price, 105);
    assert_eq!(reader.join().unwrap(), 100);
}
