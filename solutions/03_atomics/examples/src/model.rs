//! Litmus tests under every schedule, with every value that a load may see.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanes::sync;

use sync::atomic::AtomicU32;
use sync::thread;

/// The tests, on types that are explored.
pub mod litmus {
    include!("litmus.rs");
}
use litmus::Thread;

/// All that the threads can read, each of them in its place.
pub fn outcomes<const N: usize, R: Ord + Send + 'static>(
    threads: [Thread<R>; N],
) -> BTreeSet<[R; N]> {
    lanes::outcomes(move || {
        let shared = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
        // The first runs on the model's own thread: one thread less to explore.
        let others: Vec<_> = threads[1..]
            .iter()
            .map(|&thread| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || thread(&shared.0, &shared.1))
            })
            .collect();
        let mut read = vec![threads[0](&shared.0, &shared.1)];
        read.extend(others.into_iter().map(|thread| thread.join().unwrap()));
        read.try_into().ok().expect("one for each thread")
    })
}
