use std::fmt;
use std::time::Duration;

use crate::ring::Ring;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::sync::{Arc, tracked};

/// When a batch is due: when it is full or when it is old, whichever comes first.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The maximum number of events in a batch. A full batch is written at once.
    pub size: usize,
    /// The maximum age of a batch, from its first event. A batch this old is written, however
    /// small.
    pub age: Duration,
}

/// Where batches go: a file, a socket, a test.
///
/// Any closure that takes a slice and returns a `Result` is one.
pub trait Sink<T> {
    /// Why a batch could not be written.
    type Error;

    /// Writes a batch, which is never empty.
    ///
    /// # Errors
    ///
    /// The same events will be passed again, possibly with more. So a sink that has written a part
    /// of them should be able to tell.
    fn write(&mut self, batch: &[T]) -> Result<(), Self::Error>;
}

impl<T, E, F: FnMut(&[T]) -> Result<(), E>> Sink<T> for F {
    type Error = E;

    fn write(&mut self, batch: &[T]) -> Result<(), E> {
        self(batch)
    }
}

/// Makes the two ends of a reporter: one to report events, from any thread, and one to collect and to write them.
///
/// Between them is a ring with room for `capacity` events, or for the next power of two. It has to hold what is reported
/// between two calls of [`Collector::poll`].
///
/// # Guarantee
///
/// When both ends have been dropped, [`Tally::delivered`] plus [`Tally::dropped`] is the number of
/// calls of [`Reporter::report`]. A leaked end ([`std::mem::forget`]) counts nothing.
///
/// # Panics
///
/// Panics if `policy.size` is 0, or if the ring would be larger than an address can tell. Where there is no memory for it, the
/// process aborts, as with a `Vec` of that size.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use std::{io, thread};
///
/// use batch_reporter::{Policy, reporter};
///
/// let policy = Policy { size: 100, age: Duration::from_secs(1) };
/// let (reporter, mut collector) = reporter(1_000, policy, |batch: &[String]| {
///     println!("{} events", batch.len());
///     io::Result::Ok(())
/// });
/// let tally = collector.tally();
///
/// let start = Instant::now();
/// let background = thread::spawn(move || {
///     while !collector.is_closed() {
///         if let Err(error) = collector.poll(start.elapsed()) {
///             eprintln!("not written, and kept: {error}");
///         }
///         thread::sleep(Duration::from_millis(10));
///     }
///     // Here the collector is dropped, and writes the rest.
/// });
///
/// reporter.report(String::from("the kettle boils"));
/// drop(reporter);
/// background.join().unwrap();
/// assert_eq!((tally.delivered(), tally.dropped()), (1, 0));
/// ```
pub fn reporter<T, S: Sink<T>>(
    capacity: usize,
    policy: Policy,
    sink: S,
) -> (Reporter<T>, Collector<T, S>) {
    assert!(policy.size > 0, "a batch has room for at least one event");
    let tally = Tally(Arc::new(Counts {
        delivered: AtomicU64::new(0),
        dropped: AtomicU64::new(0),
    }));
    let shared = tracked::Arc::new(Shared {
        ring: Ring::new(capacity),
        closed: AtomicBool::new(false),
        tally: tally.clone(),
    });
    let collector = Collector {
        batch: Batch {
            events: Vec::new(),
            tally,
        },
        since: Duration::ZERO,
        policy,
        sink,
        sink_has_panicked: false,
        shared: tracked::Arc::clone(&shared),
    };
    (Reporter { shared }, collector)
}

/// What both ends share.
struct Shared<T> {
    ring: Ring<T>,
    /// Whether the reporter has been dropped.
    closed: AtomicBool,
    tally: Tally,
}

/// What became of the events. It may be cloned and kept, and may outlive both ends.
#[derive(Clone)]
pub struct Tally(Arc<Counts>);

/// Both only grow. Relaxed everywhere: they publish no other memory.
struct Counts {
    delivered: AtomicU64,
    dropped: AtomicU64,
}

impl Tally {
    /// How many events the sink has taken.
    pub fn delivered(&self) -> u64 {
        self.0.delivered.load(Ordering::Relaxed)
    }

    /// How many events were lost: rejected by a full ring, or left over when both ends were
    /// dropped.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }

    // ANCHOR: count
    /// Counts events that the sink has taken.
    fn count_delivered(&self, events: usize) {
        self.0.delivered.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// Counts events that will not be written.
    fn count_dropped(&self, events: usize) {
        self.0.dropped.fetch_add(events as u64, Ordering::Relaxed);
    }
    // ANCHOR_END: count
}

/// The reporting end. Threads share it by reference, or in an `Arc`.
///
/// Its drop ends the stream of events:
///
/// ```compile_fail,E0382
/// # use std::time::Duration;
/// # let policy = batch_reporter::Policy { size: 1, age: Duration::ZERO };
/// let (reporter, collector) = batch_reporter::reporter(8, policy, |_: &[u32]| Ok::<(), ()>(()));
/// drop(reporter);
/// reporter.report(1); // error[E0382]: borrow of moved value: `reporter`
/// ```
pub struct Reporter<T> {
    shared: tracked::Arc<Shared<T>>,
}

impl<T> Reporter<T> {
    /// Reports an event. Never blocks: not for room, not for the sink, not for another thread.
    ///
    /// Returns whether there was room. If not, the event is dropped, and counted.
    // ANCHOR: report
    pub fn report(&self, event: T) -> bool {
        match self.shared.ring.try_push(event) {
            Ok(()) => true,
            Err(_refused) => {
                self.shared.tally.count_dropped(1);
                false
            }
        }
    }
    // ANCHOR_END: report
}

impl<T> Drop for Reporter<T> {
    /// Tells the collector that there will be no more events.
    fn drop(&mut self) {
        // Release pairs with the Acquire in `is_closed`: every report happens before what follows
        // that.
        self.shared.closed.store(true, Ordering::Release);
    }
}

/// The collecting and writing end. There is one, and polling takes `&mut self`.
///
/// # Drop
///
/// Dropping it collects at most one ring full of events, and writes them. What cannot be written is
/// dropped, and counted. A sink whose last call panicked is not called again, as with
/// [`std::io::BufWriter`].
pub struct Collector<T, S: Sink<T>> {
    batch: Batch<T>,
    /// When the first event of the batch was collected.
    since: Duration,
    policy: Policy,
    sink: S,
    /// Whether the last call of the sink panicked.
    sink_has_panicked: bool,
    shared: tracked::Arc<Shared<T>>,
}

impl<T, S: Sink<T>> Collector<T, S> {
    /// Collects events, and writes the batches that are due at `now`.
    ///
    /// Call it periodically. `now` is the time elapsed since some fixed moment, the same one for
    /// every call, such as the start of the program.
    ///
    /// It takes at most one ring full of events, so it terminates however fast other threads, or
    /// the sink, report.
    ///
    /// # Errors
    ///
    /// The sink's error. The batch is kept, and is due in the next call. While it is full, no more
    /// events are collected: the ring fills up, and then events are dropped.
    // ANCHOR: poll
    pub fn poll(&mut self, now: Duration) -> Result<(), S::Error> {
        self.collect(now)?;
        // Zero if the clock has run backwards: then it is not due yet.
        if now.saturating_sub(self.since) >= self.policy.age {
            self.flush()?;
        }
        Ok(())
    }
    // ANCHOR_END: poll

    /// Pops at most one ring full of events, and writes each full batch.
    // ANCHOR: collect
    fn collect(&mut self, now: Duration) -> Result<(), S::Error> {
        // Left from the last call, if the sink failed.
        self.flush_if_full()?;
        for _ in 0..self.shared.ring.capacity() {
            let Some(event) = self.shared.ring.try_pop() else {
                break;
            };
            if self.batch.events.is_empty() {
                self.since = now;
            }
            self.batch.events.push(event);
            self.flush_if_full()?;
        }
        Ok(())
    }
    // ANCHOR_END: collect

    /// Given: writes the batch if it is full.
    fn flush_if_full(&mut self) -> Result<(), S::Error> {
        if self.batch.events.len() >= self.policy.size {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes what has been collected, due or not. If that is nothing, the sink is not called.
    ///
    /// # Errors
    ///
    /// The sink's error. The batch is kept.
    // ANCHOR: flush
    pub fn flush(&mut self) -> Result<(), S::Error> {
        if self.batch.events.is_empty() {
            return Ok(());
        }
        self.sink_has_panicked = true; // until we know better
        let written = self.sink.write(&self.batch.events);
        self.sink_has_panicked = false;
        written?;
        self.batch.tally.count_delivered(self.batch.events.len());
        self.batch.events.clear();
        Ok(())
    }
    // ANCHOR_END: flush

    /// Whether the reporter has been dropped. What was reported before can be collected then.
    pub fn is_closed(&self) -> bool {
        // Acquire pairs with the Release store in the reporter's drop.
        self.shared.closed.load(Ordering::Acquire)
    }

    /// What became of the events.
    pub fn tally(&self) -> Tally {
        self.shared.tally.clone()
    }
}

// ANCHOR: drop
impl<T, S: Sink<T>> Drop for Collector<T, S> {
    fn drop(&mut self) {
        if self.sink_has_panicked {
            return;
        }
        // A destructor has no caller to report an error to. The batch counts
        // what it still holds.
        if self.collect(self.since).is_ok() {
            let _ = self.flush();
        }
    }
}

/// What has been collected and not yet written.
struct Batch<T> {
    events: Vec<T>,
    tally: Tally,
}

impl<T> Drop for Batch<T> {
    /// Counts events that will not be written.
    fn drop(&mut self) {
        self.tally.count_dropped(self.events.len());
    }
}

impl<T> Drop for Shared<T> {
    /// Runs when the last end is dropped. Counts events that will not be
    /// collected.
    fn drop(&mut self) {
        self.tally.count_dropped(self.ring.len());
    }
}
// ANCHOR_END: drop

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally")
            .field("delivered", &self.delivered())
            .field("dropped", &self.dropped())
            .finish()
    }
}

impl<T> fmt::Debug for Reporter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter").finish_non_exhaustive()
    }
}

impl<T, S: Sink<T>> fmt::Debug for Collector<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}
