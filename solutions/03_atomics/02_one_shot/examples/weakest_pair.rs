//! The weakest two orderings with which a flag still announces the data behind it.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::thread;

use Ordering::{Acquire, Relaxed, Release, SeqCst};

/// From weak to strong: what the store of the flag may be, and what the load of it.
const PAIRS: [(Ordering, Ordering); 5] = [
    (Relaxed, Relaxed),
    (Relaxed, Acquire),
    (Release, Relaxed),
    (Release, Acquire),
    (SeqCst, SeqCst),
];

fn main() {
    let announces = |&(store, load): &(Ordering, Ordering)| {
        let all = lanes::outcomes(move || seen(store, load));
        !all.contains(&Some(0))
    };
    let weakest = PAIRS.into_iter().find(announces);
    println!("{:?}", weakest.expect("SeqCst is enough"));
}

// ANCHOR: body
fn seen(store: Ordering, load: Ordering) -> Option<u32> {
    // The data is an atomic here: so the wrong orderings are wrong, and not undefined behaviour.
    let shared = Arc::new((AtomicU32::new(0), AtomicBool::new(false)));
    thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let (data, sent) = &*shared;
            data.store(7, Relaxed);
            sent.store(true, store);
        }
    });
    let (data, sent) = &*shared;
    sent.load(load).then(|| data.load(Relaxed))
}
// ANCHOR_END: body
