use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::mem;
use std::panic;
use std::sync::PoisonError;

use crate::sync::thread::{self, JoinHandle};
use crate::sync::{Arc, Condvar, Mutex, MutexGuard};

/// An iterator whose items come from a thread of its own.
///
/// | the producer | the iterator yields |
/// |---|---|
/// | emits an item | `Some(Ok(item))` |
/// | returns `Ok(())` | `None`: the end |
/// | returns an error | `Some(Err(Stopped::Failed(error)))`, once, after all items |
/// | panics | the same panic, once, after all items |
/// | is cancelled by a [`Canceller`] | `Some(Err(Stopped::Cancelled))`, once, and no item after the cancellation |
///
/// After that it yields `None`, however often you ask.
///
/// # Memory
///
/// At most `capacity` items are buffered, plus one that the producer is emitting.
///
/// # Drop
///
/// Dropping it cancels the producer and waits for its thread to end. A producer notices in
/// [`Emitter::emit`] or [`Emitter::is_cancelled`], so the drop blocks until the producer calls one
/// of them and returns. Its result is ignored, and a panic has been printed by the hook. A leaked
/// stream is never cancelled.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
/// use cancellable_stream::{Emitter, Stream};
///
/// let mut squares = Stream::new(4, |emitter: &Emitter<u64>| {
///     for n in 1.. {
///         if emitter.emit(n * n).is_err() {
///             break; // cancelled
///         }
///     }
///     Ok::<(), Infallible>(())
/// });
/// assert_eq!(squares.next(), Some(Ok(1)));
/// assert_eq!(squares.next(), Some(Ok(4)));
/// // Here the stream is dropped, and its thread ends.
/// ```
///
/// Not iterating over a stream draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use cancellable_stream::{Emitter, Stream};
/// Stream::new(4, |_: &Emitter<u8>| Ok::<(), ()>(())); // error: unused `Stream` that must be used
/// ```
// ANCHOR: stream
#[must_use = "dropping a stream cancels it: iterate over it"]
pub struct Stream<T, E> {
    channel: Arc<Channel<T>>,
    /// The thread, whose result says how it ended. `None` once it has been
    /// joined.
    producer: Option<JoinHandle<Result<(), E>>>,
    /// Whether the iterator has yielded its last item or error.
    done: bool,
}

/// What the threads share. Everything that a waiter's condition depends on is
/// under the lock.
struct Channel<T> {
    state: Mutex<State<T>>,
    /// Where the producer waits: notified when an item is taken, and on
    /// cancellation.
    not_full: Condvar,
    /// Where the consumer waits: notified when an item is emitted, at the end,
    /// and on cancellation.
    not_empty: Condvar,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<T>,
    /// No more items will come: the producer has returned or panicked.
    closed: bool,
    /// No more items are wanted.
    cancelled: bool,
}
// ANCHOR_END: stream

impl<T: Send + 'static, E: Send + 'static> Stream<T, E> {
    /// Starts a thread that runs `produce`.
    ///
    /// # Panics
    ///
    /// Panics if `capacity` is 0, or if the system has no thread to spare.
    pub fn new(
        capacity: usize,
        produce: impl FnOnce(&Emitter<T>) -> Result<(), E> + Send + 'static,
    ) -> Self {
        assert!(capacity > 0, "a stream needs room for at least one item");
        let channel = Arc::new(Channel {
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
                cancelled: false,
            }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
            capacity,
        });
        let emitter = Emitter {
            channel: Arc::clone(&channel),
        };
        // The thread owns the emitter: however `produce` ends, it is dropped.
        let producer = thread::spawn(move || produce(&emitter));
        Self {
            channel,
            producer: Some(producer),
            done: false,
        }
    }
}

impl<T, E> Stream<T, E> {
    /// A handle for cancelling, to pass to other threads.
    pub fn canceller(&self) -> Canceller<T> {
        Canceller {
            channel: Arc::clone(&self.channel),
        }
    }
}

// ANCHOR: next
impl<T, E> Iterator for Stream<T, E> {
    type Item = Result<T, Stopped<E>>;

    /// Waits for an item, or for the end.
    ///
    /// # Panics
    ///
    /// Resumes the producer's panic, once its items have been taken.
    fn next(&mut self) -> Option<Self::Item> {
        todo!(
            "wait for an item; if none will come, say once why: cancelled, or how the thread ended"
        )
    }
}
// ANCHOR_END: next

// ANCHOR: drop
impl<T, E> Drop for Stream<T, E> {
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() {
            todo!("see to it that the thread ends, and wait for that")
        }
    }
}
// ANCHOR_END: drop

/// The producer's end.
pub struct Emitter<T> {
    channel: Arc<Channel<T>>,
}

impl<T> Emitter<T> {
    /// Hands an item to the consumer. Blocks while `capacity` items are buffered.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] if the stream was cancelled; then the item is dropped. The producer should
    /// return; its result is ignored.
    // ANCHOR: emit
    pub fn emit(&self, item: T) -> Result<(), Cancelled> {
        todo!("wait for room; then refuse, or add the item and wake the consumer")
    }
    // ANCHOR_END: emit

    /// Whether the stream was cancelled: for a producer that works for long between two items.
    pub fn is_cancelled(&self) -> bool {
        self.channel.lock().cancelled
    }
}

// ANCHOR: close
impl<T> Drop for Emitter<T> {
    /// No more items will come: `produce` has returned or panicked.
    fn drop(&mut self) {
        if !thread::panicking() {
            todo!("close, and wake the consumer")
        }
    }
}
// ANCHOR_END: close

/// The right to cancel a stream. Clone it, send it, keep it: it does not keep the producer running.
pub struct Canceller<T> {
    channel: Arc<Channel<T>>,
}

impl<T> Canceller<T> {
    /// Cancels: drops the buffered items, and wakes all waiters.
    ///
    /// Returns whether there was something to cancel: not if the stream was already cancelled, or
    /// if its producer has ended and all items have been taken.
    pub fn cancel(&self) -> bool {
        self.channel.cancel().is_some()
    }
}

impl<T> Channel<T> {
    /// Cancels, and returns the buffered items. Their destructors are foreign code, and must not
    /// run under the lock.
    ///
    /// `None` if there is nothing left to cancel.
    // ANCHOR: cancel
    fn cancel(&self) -> Option<VecDeque<T>> {
        todo!("cancel, unless it is too late; take the items, and wake whoever waits")
    }
    // ANCHOR_END: cancel

    /// Given: locks the state.
    #[track_caller] // a report should name the line that locks, and not this one
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Ignore poison: nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Given: unlocks, sleeps until `condvar` is notified, and locks again. Wake-ups may be spurious.
#[track_caller] // as `lock`
fn wait<'a, T>(condvar: &Condvar, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
    condvar.wait(state).unwrap_or_else(PoisonError::into_inner)
}

impl<T> Clone for Canceller<T> {
    fn clone(&self) -> Self {
        Self {
            channel: Arc::clone(&self.channel),
        }
    }
}

/// Why a stream has stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped<E> {
    /// The producer has returned this error.
    Failed(E),
    /// It was cancelled.
    Cancelled,
}

/// The error of [`Emitter::emit`] when the stream was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl<E: fmt::Display> fmt::Display for Stopped<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the stream failed: {error}"),
            Self::Cancelled => f.write_str("the stream was cancelled"),
        }
    }
}

impl<E: Error + 'static> Error for Stopped<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Cancelled => None,
        }
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stream was cancelled")
    }
}

impl Error for Cancelled {}

impl<T, E> fmt::Debug for Stream<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Emitter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitter").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Canceller<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canceller").finish_non_exhaustive()
    }
}
