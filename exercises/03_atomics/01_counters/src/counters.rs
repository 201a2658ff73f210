use std::mem;

use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::sync::{LazyLock, Mutex, PoisonError, thread_local};

/// A count that many threads add to.
///
/// All of them are *exact at rest*: if every `add` happens before a `get` (its thread has been
/// joined, say), and none runs meanwhile, then `get` is the sum of all. And the count *never runs
/// backwards*: if one `get` happens before another, the later one is not smaller. (A count wraps
/// around at `u64::MAX`.) What they promise beyond that:
///
/// | | while others add, `get` is | an `add` costs |
/// |---|---|---|
/// | [`LockedCounter`] | the count at one moment | a lock |
/// | [`AtomicCounter`] | the count at one moment | one shared atomic |
/// | [`ShardedCounter`] | between the count when it began and the count when it ended, though it may never have been the count | one atomic among several |
/// | [`TalliedCounter`] | as that of `AtomicCounter`, without what is in the tallies | an addition |
///
/// None of them synchronizes: having read a count does not make the counted work visible.
pub trait Counter: Send + Sync {
    /// Counts `n` more.
    fn add(&self, n: u64);

    /// The count.
    fn get(&self) -> u64;
}

/// A count under a lock.
#[derive(Default)]
pub struct LockedCounter {
    count: Mutex<u64>,
}

impl LockedCounter {
    /// Makes a counter that begins at 0.
    pub fn new() -> Self {
        Self::default()
    }
}

// ANCHOR: locked
impl Counter for LockedCounter {
    fn add(&self, n: u64) {
        todo!("lock, and add")
    }

    fn get(&self) -> u64 {
        todo!("lock, and look")
    }
}
// ANCHOR_END: locked

/// A count in one atomic.
#[derive(Default)]
pub struct AtomicCounter {
    count: AtomicU64,
}

impl AtomicCounter {
    /// Makes a counter that begins at 0.
    pub fn new() -> Self {
        Self::default()
    }
}

// ANCHOR: atomic
impl Counter for AtomicCounter {
    fn add(&self, n: u64) {
        todo!("add in one step")
    }

    fn get(&self) -> u64 {
        todo!("look")
    }
}
// ANCHOR_END: atomic

/// A count in several atomics, so that threads seldom meet at the same one.
pub struct ShardedCounter {
    shards: Box<[Shard]>,
}

/// A part of the count, on its own cache line, so that shards do not contend for one (no false
/// sharing). 128 bytes: some processors prefetch lines in pairs, and on others a line is that long.
#[derive(Default)]
#[repr(align(128))]
struct Shard {
    count: AtomicU64,
}

impl ShardedCounter {
    /// Makes a counter that begins at 0. As many shards as there are processors is a good number.
    ///
    /// # Panics
    ///
    /// Panics if `shards` is 0: nothing could be counted.
    pub fn new(shards: usize) -> Self {
        assert!(shards > 0, "a count needs at least one shard");
        Self {
            shards: (0..shards).map(|_| Shard::default()).collect(),
        }
    }
}

// ANCHOR: number
/// How many threads have a number. In a `LazyLock`, because a model's atomics cannot be made in a constant.
static NUMBERS: LazyLock<AtomicUsize> = LazyLock::new(|| AtomicUsize::new(0));

thread_local! {
    /// The number of this thread: 0, 1, 2, … in the order of first use.
    static NUMBER: usize = NUMBERS.fetch_add(1, Ordering::Relaxed);
}

/// Given: the number of the calling thread. There may be more threads than
/// shards.
fn thread_number() -> usize {
    NUMBER.with(|number| *number)
}
// ANCHOR_END: number

// ANCHOR: sharded
impl Counter for ShardedCounter {
    fn add(&self, n: u64) {
        todo!("find the shard for this thread, and add to it")
    }

    fn get(&self) -> u64 {
        todo!("the sum of all shards")
    }
}
// ANCHOR_END: sharded

/// A count in one atomic, to which each thread adds its own [`Tally`] now and then.
#[derive(Default)]
pub struct TalliedCounter {
    count: AtomicU64,
}

impl TalliedCounter {
    /// Makes a counter that begins at 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a tally. Each thread should have its own.
    pub fn tally(&self) -> Tally<'_> {
        Tally {
            counter: self,
            pending: 0,
        }
    }

    /// The count, without what is still in a tally.
    pub fn get(&self) -> u64 {
        todo!("what has been told")
    }
}

/// What one thread has counted and not yet flushed.
///
/// # Examples
///
/// ```
/// use counters::TalliedCounter;
///
/// let visitors = TalliedCounter::new();
/// let mut tally = visitors.tally();
/// tally.add(2);
/// assert_eq!(visitors.get(), 0);
/// drop(tally);
/// assert_eq!(visitors.get(), 2);
/// ```
///
/// It cannot outlive its counter:
///
/// ```compile_fail
/// use counters::TalliedCounter;
///
/// let visitors = TalliedCounter::new();
/// let mut tally = visitors.tally();
/// drop(visitors); // error[E0505]: cannot move out of `visitors` because it is borrowed
/// tally.add(1);
/// ```
#[must_use = "a tally that is not bound to a name counts nothing"]
pub struct Tally<'a> {
    counter: &'a TalliedCounter,
    pending: u64,
}

// ANCHOR: tally
impl Tally<'_> {
    /// Counts `n` more, for this thread alone.
    pub fn add(&mut self, n: u64) {
        todo!("remember it: nobody else needs to know yet")
    }

    /// Adds what was counted since the last flush to the counter.
    pub fn flush(&mut self) {
        todo!("tell the counter, once")
    }
}

impl Drop for Tally<'_> {
    /// Flushes what is pending: at the end of the thread, on an early return,
    /// on a panic.
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !std::thread::panicking() {
            todo!("tell what is left")
        }
    }
}
// ANCHOR_END: tally
