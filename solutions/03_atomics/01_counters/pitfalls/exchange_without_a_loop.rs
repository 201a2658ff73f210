// Pitfall: adds by compare-exchange, and does not look whether it succeeded.
// Caught by: models::the_atomic_one_loses_nothing
// Because: an addition is lost
// Lesson: A compare-exchange may say no, and then nothing has happened: whoever does not try again has lost an addition.

use std::mem;

use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::sync::{LazyLock, Mutex, PoisonError, thread_local};

/// A count that many threads add to.
///
/// All of them are *exact at rest*: if every `add` happens before a `get` (its thread has been joined, say), and none
/// runs meanwhile, then `get` is the sum of all. And the count *never runs backwards*: of two `get`s, of which one
/// happens before the other, the later one is not smaller. (A count that grows beyond `u64::MAX` begins again at 0.)
/// What they promise beyond that:
///
/// | | while others add, `get` is | an `add` costs |
/// |---|---|---|
/// | [`LockedCounter`] | the count at one moment | a lock |
/// | [`AtomicCounter`] | the count at one moment | one shared atomic |
/// | [`ShardedCounter`] | between the count when it began and the count when it ended, though it may never have been the count | one atomic among several |
/// | [`TalliedCounter`] | as that of `AtomicCounter`, without what is in the tallies | an addition |
///
/// None of them orders anything else: to have seen a count is not to have seen what was counted.
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
        // One guard for the look and the change. No panic can tear a count: poison does not concern us.
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.wrapping_add(n);
    }

    fn get(&self) -> u64 {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner)
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
        let count = self.count.load(Ordering::Relaxed);
        let _ = self.count.compare_exchange(
            count,
            count.wrapping_add(n),
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
    }

    fn get(&self) -> u64 {
        // Relaxed: one atomic never runs backwards, and whoever wants it exact has joined those who add.
        self.count.load(Ordering::Relaxed)
    }
}
// ANCHOR_END: atomic

/// A count in several atomics, so that threads seldom meet at the same one.
pub struct ShardedCounter {
    shards: Box<[Shard]>,
}

/// A part of the count, in a cache line of its own: what lies in one line, two processors cannot write at once.
/// 128 bytes, because some processors fetch lines in pairs, and those of others are as long.
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
    /// Panics if there is no shard: nothing could be counted.
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
    /// The number of this thread: 0, 1, 2, … in the order in which they first ask.
    static NUMBER: usize = NUMBERS.fetch_add(1, Ordering::Relaxed);
}

/// Given: the number of the thread that calls. There may be more threads than shards.
fn thread_number() -> usize {
    NUMBER.with(|number| *number)
}
// ANCHOR_END: number

// ANCHOR: sharded
impl Counter for ShardedCounter {
    fn add(&self, n: u64) {
        let shard = &self.shards[thread_number() % self.shards.len()];
        // Still one step: another thread may have come to the same shard.
        shard.count.fetch_add(n, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        // One after the other, while others go on adding: no shard runs backwards, and so neither does the sum.
        self.shards
            .iter()
            .map(|shard| shard.count.load(Ordering::Relaxed))
            .fold(0, u64::wrapping_add)
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
        self.count.load(Ordering::Relaxed)
    }
}

/// What one thread has counted, and not yet told.
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
/// It has to be told before the counter is gone:
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
        self.pending = self.pending.wrapping_add(n);
    }

    /// Tells the counter what has been counted since it was last told.
    pub fn flush(&mut self) {
        let n = mem::take(&mut self.pending);
        self.counter.count.fetch_add(n, Ordering::Relaxed);
    }
}

impl Drop for Tally<'_> {
    /// What is still pending is told: at the end of the thread, on an early return, on a panic.
    fn drop(&mut self) {
        self.flush();
    }
}
// ANCHOR_END: tally
