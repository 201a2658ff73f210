use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicU64, Ordering, fence};
use crate::sync::{Mutex, MutexGuard, PoisonError, hint, thread};

/// `N` words that are written together and read together. Readers write nothing; writers never wait for readers.
///
/// A *sequence lock*: a sequence number is odd while a writer stores the words, and higher
/// afterwards. A reader copies the words, and discards its copy if the number has changed. The
/// Linux kernel has one under this name. How to write it within a language's memory model is from
/// Hans-J. Boehm, *Can Seqlocks Get Along With Programming Language Memory Models?* (2012).
///
/// | `sequence` | the words |
/// |---|---|
/// | even | consistent: those of the write that stored this number |
/// | odd | a writer is storing them |
///
/// The words are atomics. A reader may load them while a writer stores: in plain memory that would
/// be a data race, which is undefined behaviour even if the copy is discarded. So the shared data
/// is made of words, and nothing is `unsafe`. An arbitrary `T: Copy` would not do: it may have
/// padding, and uninitialised bytes must not be loaded as part of a word.
///
/// # Ordering
///
/// What a writer did before its guard was dropped happens before everything that a reader does
/// after it has read its words.
///
/// # Blocking
///
/// A writer waits for other writers. A reader waits while words are being stored, which is short;
/// but a continuous stream of writers may make it retry without bound.
///
/// # Wrap-around
///
/// A reader would be fooled if the number wrapped around to the same value between its two loads.
/// With 64 bits that takes 2⁶³ writes: at one per nanosecond, 292 years. With 32 bits it would be
/// seconds, for which a reader may well be preempted.
///
/// # Examples
///
/// ```
/// use seqlock::SeqLock;
///
/// /// Bid and ask, in cents.
/// let quote = SeqLock::new([101_00, 101_05]);
/// {
///     let mut quote = quote.write();
///     quote[0] += 10;
///     quote[1] += 10;
/// }
/// let [bid, ask] = quote.read();
/// assert_eq!((bid, ask), (101_10, 101_15));
/// ```
// ANCHOR: struct
pub struct SeqLock<const N: usize> {
    sequence: AtomicU64,
    words: [AtomicU64; N],
    /// Held for as long as a [`WriteGuard`] is alive.
    writer: Mutex<()>,
}
// ANCHOR_END: struct

impl<const N: usize> SeqLock<N> {
    /// Makes a lock around these words.
    pub fn new(words: [u64; N]) -> Self {
        Self {
            sequence: AtomicU64::new(0),
            words: words.map(AtomicU64::new),
            writer: Mutex::new(()),
        }
    }

    /// Copies the words, all from one write. Retries for as long as a writer interferes.
    pub fn read(&self) -> [u64; N] {
        loop {
            if let Some(words) = self.try_read() {
                return words;
            }
            hint::spin_loop();
        }
    }

    // ANCHOR: try_read
    /// Copies the words once. `None` if a writer interfered.
    pub fn try_read(&self) -> Option<[u64; N]> {
        // Acquire pairs with the Release store of an even number in
        // `WriteGuard::drop`: the words that we load are from that write, or newer.
        let before = self.sequence.load(Ordering::Acquire);
        if before % 2 == 1 {
            return None;
        }
        let words = self.load();
        // Pairs with the Release fence in `WriteGuard::drop`: if one of the words
        // is from a newer write, the load below sees that write's odd number, or a
        // later one.
        fence(Ordering::Acquire);
        let after = self.sequence.load(Ordering::Relaxed);
        (before == after).then_some(words)
    }
    // ANCHOR_END: try_read

    /// Waits for other writers, and begins a change. It is invisible to readers until the guard is
    /// dropped.
    ///
    /// A thread that already has a guard deadlocks or panics.
    pub fn write(&self) -> WriteGuard<'_, N> {
        // Ignore poison: a guard dropped by a panic publishes nothing.
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        WriteGuard {
            lock: self,
            words: self.load(),
            _writer: writer,
        }
    }

    /// Given: loads the words, one after the other. By itself this does not exclude a torn read.
    fn load(&self) -> [u64; N] {
        // Relaxed: readers are ordered by the sequence, writers by their mutex.
        self.words
            .each_ref()
            .map(|word| word.load(Ordering::Relaxed))
    }
}

impl<const N: usize> fmt::Debug for SeqLock<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeqLock").finish_non_exhaustive()
    }
}

/// A change in progress, on a copy of the words. Dropping the guard publishes it as a whole.
///
/// A guard that is dropped while its thread unwinds publishes nothing: the change may be half made. A thread cannot tell
/// which of two panics drops a guard, so this holds for every guard, also for one that was made in a destructor, during a
/// panic.
///
/// It stays on the thread that made it, and does not outlive its lock:
///
/// ```compile_fail,E0505
/// # use seqlock::SeqLock;
/// let lock = SeqLock::new([0]);
/// let guard = lock.write();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// ```compile_fail,E0277
/// # use seqlock::SeqLock;
/// static LOCK: std::sync::LazyLock<SeqLock<1>> = std::sync::LazyLock::new(|| SeqLock::new([0]));
/// let guard = LOCK.write();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `MutexGuard<'static, ()>` cannot be sent between threads safely
/// ```
///
/// Not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use seqlock::SeqLock;
/// SeqLock::new([0]).write(); // error: unused `WriteGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name publishes at once, before anything is changed"]
pub struct WriteGuard<'a, const N: usize> {
    lock: &'a SeqLock<N>,
    /// What will be published.
    words: [u64; N],
    /// Dropped after [`Drop::drop`] has run, so the next writer starts after the words are stored.
    _writer: MutexGuard<'a, ()>,
}

// ANCHOR: drop
impl<const N: usize> Drop for WriteGuard<'_, N> {
    /// Publishes the change, unless a panic may have interrupted it.
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let sequence = &self.lock.sequence;
        // Relaxed: only writers store, and we hold their mutex.
        let before = sequence.load(Ordering::Relaxed);
        sequence.store(before + 1, Ordering::Relaxed);
        // Pairs with the Acquire fence in `try_read`: a reader that sees one of
        // the stores below sees the odd number, too. A Release store above
        // would not do: it orders what comes before it, not what comes after.
        fence(Ordering::Release);
        for (word, new) in self.lock.words.iter().zip(self.words) {
            word.store(new, Ordering::Relaxed);
        }
        // Release pairs with the Acquire load in `try_read`: a reader that sees
        // this number sees all the words.
        sequence.store(before + 2, Ordering::Release);
    }
}
// ANCHOR_END: drop

impl<const N: usize> Deref for WriteGuard<'_, N> {
    type Target = [u64; N];

    fn deref(&self) -> &[u64; N] {
        &self.words
    }
}

impl<const N: usize> DerefMut for WriteGuard<'_, N> {
    fn deref_mut(&mut self) -> &mut [u64; N] {
        &mut self.words
    }
}

impl<const N: usize> fmt::Debug for WriteGuard<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
