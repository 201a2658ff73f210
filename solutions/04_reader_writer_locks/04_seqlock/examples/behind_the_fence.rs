//! The weakest ordering of the second look, if there is a fence in front of it.

use std::sync::Arc;

use lanes::sync::atomic::{
    AtomicU32,
    Ordering::{self, Acquire, Relaxed, Release, SeqCst},
    fence,
};
use lanes::sync::thread;

fn main() {
    let weakest = [Relaxed, Acquire, SeqCst]
        .into_iter()
        .find(|&look| !returns_a_torn_value(look));
    println!("{:?}", weakest.expect("the strongest will do"));
}

struct Shared {
    number: AtomicU32,
    words: [AtomicU32; 2],
}

// ANCHOR: body
fn read(shared: &Shared, second_look: Ordering) -> Option<[u32; 2]> {
    let before = shared.number.load(Acquire);
    let copy = shared.words.each_ref().map(|word| word.load(Relaxed));
    fence(Acquire);
    let after = shared.number.load(second_look);
    (before == after && before.is_multiple_of(2)).then_some(copy)
}
// ANCHOR_END: body

fn write(shared: &Shared) {
    shared.number.store(1, Relaxed);
    fence(Release);
    for word in &shared.words {
        word.store(2, Relaxed);
    }
    shared.number.store(2, Release);
}

fn returns_a_torn_value(second_look: Ordering) -> bool {
    let outcomes = lanes::outcomes(move || {
        let shared = Arc::new(Shared {
            number: AtomicU32::new(0),
            words: [AtomicU32::new(1), AtomicU32::new(1)],
        });
        let reader = thread::spawn({
            let shared = Arc::clone(&shared);
            move || read(&shared, second_look)
        });
        write(&shared);
        reader.join().unwrap()
    });
    let torn = |&[first, second]: &[u32; 2]| first != second;
    outcomes.iter().flatten().any(torn)
}
