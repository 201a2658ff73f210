//! Litmus tests on the machine that runs them, a great many times.

use std::collections::BTreeMap;
use std::hint;
use std::sync::atomic::AtomicUsize;
use std::thread;

use lanes_std::sync;

use sync::atomic::{AtomicU32, Ordering};

/// The tests, on `std`'s types.
pub mod litmus {
    include!("litmus.rs");
}
use litmus::Thread;

/// A variable in a cache line of its own.
#[derive(Default)]
#[repr(align(128))]
struct Variable(AtomicU32);

/// How many runs the threads make before they are started anew. Their variables fit into the caches.
const BATCH: usize = 5_000;

/// How often the threads read what, in that many runs or a few more.
pub fn count<const N: usize, R: Ord + Send>(
    threads: [Thread<R>; N],
    runs: usize,
) -> BTreeMap<[R; N], usize> {
    let mut counts = BTreeMap::new();
    for _ in 0..runs.div_ceil(BATCH) {
        let mut read = batch(threads).map(Vec::into_iter);
        for _ in 0..BATCH {
            let outcome = read
                .each_mut()
                .map(|thread| thread.next().expect("one for each run"));
            *counts.entry(outcome).or_default() += 1;
        }
    }
    counts
}

/// What each thread read, in each run.
fn batch<const N: usize, R: Send>(threads: [Thread<R>; N]) -> [Vec<R>; N] {
    // New variables for each run: to set them back would be a step more.
    let variables: Vec<[Variable; 2]> = (0..BATCH).map(|_| Default::default()).collect();
    let arrived = AtomicUsize::new(0);
    thread::scope(|scope| {
        let mut seed = 0;
        let running = threads.map(|thread| {
            seed += 1;
            let (variables, arrived, mut delay) = (&variables, &arrived, Delay(seed));
            scope.spawn(move || {
                let mut read = Vec::with_capacity(BATCH);
                for (run, [x, y]) in variables.iter().enumerate() {
                    meet(arrived, (run + 1) * N);
                    delay.wait();
                    read.push(thread(&x.0, &y.0));
                }
                read
            })
        });
        running.map(|thread| thread.join().expect("a litmus test does not panic"))
    })
}

/// Waits until all threads are here, as often as there are runs: so they begin at nearly the same moment.
fn meet(arrived: &AtomicUsize, all: usize) {
    arrived.fetch_add(1, Ordering::AcqRel);
    let mut looks = 0;
    while arrived.load(Ordering::Acquire) < all {
        looks += 1;
        if looks % 200 == 0 {
            // There may be fewer processors than threads.
            thread::yield_now();
        }
        hint::spin_loop();
    }
}

/// A short wait, each time another, so that the threads do not always meet in the same way.
struct Delay(u32);

impl Delay {
    fn wait(&mut self) {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        for _ in 0..self.0 % 8 {
            hint::black_box(());
        }
    }
}
