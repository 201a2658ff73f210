//! Programs of a few lines, for the rules of the memory model: what can their threads read?

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};

use lanes::sync::atomic::AtomicU32;
use lanes::sync::thread;

use crate::orders::Orders;

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

/// What a thread returns that reads at most once.
pub type Once = Option<u32>;

/// What a thread returns that reads twice, or not at all.
pub type Twice = Option<(u32, u32)>;

/// One writes, and reads what it has written. The other writes.
pub fn own_thread() -> [Thread<1, Once>; 2] {
    // ANCHOR: own_thread
    let first: Thread<1, Once> = |[x]| {
        x.store(1, Relaxed);
        Some(x.load(Relaxed))
    };
    let second: Thread<1, Once> = |[x]| {
        x.store(2, Relaxed);
        None
    };
    // ANCHOR_END: own_thread
    [first, second]
}

/// Two write one variable, two look at it twice.
pub fn one_order<O: Orders>() -> [Thread<1, Twice>; 4] {
    // ANCHOR: one_order
    let reader: Thread<1, Twice> = |[x]| Some((x.load(O::LOAD), x.load(O::LOAD)));
    let writes_1: Thread<1, Twice> = |[x]| {
        x.store(1, O::STORE);
        None
    };
    let writes_2: Thread<1, Twice> = |[x]| {
        x.store(2, O::STORE);
        None
    };
    // ANCHOR_END: one_order
    [reader, reader, writes_1, writes_2]
}

/// One writes before a flag and after it. The other looks, if it has seen the flag.
pub fn what_goes_along() -> [Thread<3, Twice>; 2] {
    // ANCHOR: what_goes_along
    let writer: Thread<3, Twice> = |[before, flag, after]| {
        before.store(1, Relaxed);
        flag.store(1, Release);
        after.store(1, Relaxed);
        None
    };
    let reader: Thread<3, Twice> = |[before, flag, after]| {
        let raised = flag.load(Acquire) == 1;
        raised.then(|| (before.load(Relaxed), after.load(Relaxed)))
    };
    // ANCHOR_END: what_goes_along
    [writer, reader]
}

/// One sends, one passes on, one reads.
pub fn chain() -> [Thread<3, Once>; 3] {
    // ANCHOR: chain
    let first: Thread<3, Once> = |[data, sent, _]| {
        data.store(1, Relaxed);
        sent.store(1, Release);
        None
    };
    let second: Thread<3, Once> = |[_, sent, passed_on]| {
        if sent.load(Acquire) == 1 {
            passed_on.store(1, Release);
        }
        None
    };
    let third: Thread<3, Once> =
        |[data, _, passed_on]| (passed_on.load(Acquire) == 1).then(|| data.load(Relaxed));
    // ANCHOR_END: chain
    [first, second, third]
}

type Message = [AtomicU32; 2];

// ANCHOR: release_sequence
fn releases([data, count]: &Message) {
    data.store(1, Relaxed);
    count.store(1, Release);
}
fn adds([_, count]: &Message) {
    count.fetch_add(1, Relaxed);
}
fn stores([_, count]: &Message) {
    if count.load(Relaxed) == 1 {
        count.store(2, Relaxed);
    }
}
fn acquires([data, count]: &Message) -> Option<u32> {
    (count.load(Acquire) == 2).then(|| data.load(Relaxed))
}
// ANCHOR_END: release_sequence

/// In which ways the count that a release has written is written over, and what the threads do then. The first of
/// them reads.
pub fn written_over() -> [(&'static str, [Thread<2, Once>; 3]); 4] {
    let releases: Thread<2, Once> = |message| {
        releases(message);
        None
    };
    let adds: Thread<2, Once> = |message| {
        adds(message);
        None
    };
    let stores: Thread<2, Once> = |message| {
        stores(message);
        None
    };
    let releases_and_adds: Thread<2, Once> = |message| {
        self::releases(message);
        self::adds(message);
        None
    };
    let releases_and_stores: Thread<2, Once> = |message| {
        self::releases(message);
        self::stores(message);
        None
    };
    let rests: Thread<2, Once> = |_| None;
    [
        ("another thread adds", [acquires, releases, adds]),
        ("another thread stores", [acquires, releases, stores]),
        ("the same thread adds", [acquires, releases_and_adds, rests]),
        (
            "the same thread stores",
            [acquires, releases_and_stores, rests],
        ),
    ]
}

/// Each raises a flag, and looks at the other's.
pub fn one_line<O: Orders>() -> [Thread<2, u32>; 2] {
    // ANCHOR: one_line
    let left: Thread<2, u32> = |[x, y]| {
        x.store(1, O::STORE);
        y.load(O::LOAD)
    };
    let right: Thread<2, u32> = |[x, y]| {
        y.store(1, O::STORE);
        x.load(O::LOAD)
    };
    // ANCHOR_END: one_line
    [left, right]
}

/// The stores are in the one order, the loads are not.
#[derive(Clone, Copy, Debug)]
pub struct StrongStores;

/// The loads are in the one order, the stores are not.
#[derive(Clone, Copy, Debug)]
pub struct StrongLoads;

impl Orders for StrongStores {
    const NAME: &'static str = "the stores are SeqCst, the loads Acquire";
    const STORE: Ordering = SeqCst;
    const LOAD: Ordering = Acquire;
}

impl Orders for StrongLoads {
    const NAME: &'static str = "the stores are Release, the loads SeqCst";
    const STORE: Ordering = Release;
    const LOAD: Ordering = SeqCst;
}

/// Each copies what the other has written.
pub fn thin_air() -> [Thread<2, u32>; 2] {
    // ANCHOR: thin_air
    let left: Thread<2, u32> = |[x, y]| {
        let seen = x.load(Relaxed);
        y.store(seen, Relaxed);
        seen
    };
    let right: Thread<2, u32> = |[x, y]| {
        let seen = y.load(Relaxed);
        x.store(seen, Relaxed);
        seen
    };
    // ANCHOR_END: thin_air
    [left, right]
}
