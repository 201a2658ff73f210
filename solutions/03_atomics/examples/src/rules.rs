//! Programs of a few lines, for the rules of the memory model: what can their threads read?

use std::collections::BTreeSet;
use std::sync::Arc;

use lanes::sync;

use sync::atomic::AtomicU32;
use sync::thread;

/// A thread that shares `V` variables with others. All of them begin at 0. It returns what it has read.
pub type Thread<const V: usize, R> = fn(&[AtomicU32; V]) -> R;

/// All that the threads can read, each of them in its place.
pub fn outcomes<const V: usize, const N: usize, R: Ord + Send + 'static>(
    threads: [Thread<V, R>; N],
) -> BTreeSet<[R; N]> {
    lanes::outcomes(move || {
        let shared = Arc::new([(); V].map(|()| AtomicU32::new(0)));
        // The first runs on the model's own thread: one thread less to explore.
        let others: Vec<_> = threads[1..]
            .iter()
            .map(|&thread| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || thread(&shared))
            })
            .collect();
        let mut read = vec![threads[0](&shared)];
        read.extend(others.into_iter().map(|thread| thread.join().unwrap()));
        read.try_into().ok().expect("one for each thread")
    })
}
