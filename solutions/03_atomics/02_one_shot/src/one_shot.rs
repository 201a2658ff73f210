use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::mpsc::{RecvError, SendError, TryRecvError};

use crate::sync::atomic::{AtomicU8, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::thread::{self, Thread};
use crate::sync::tracked::Arc;

/// Nothing sent yet, and both ends alive. The value is uninitialised; the sender has exclusive
/// access.
const EMPTY: u8 = 0;
/// The value is initialised: the receiver takes it, or, if it never does, the channel drops it.
const SENT: u8 = 1;
/// Nothing more will be sent: an end is gone, or the value has been taken. The slot is
/// uninitialised or moved out of, except in a failed `send`, which takes its value back.
const CLOSED: u8 = 2;

/// What both ends share.
struct Shared<T> {
    /// [`EMPTY`], [`SENT`] or [`CLOSED`]. It leaves `EMPTY` once, and `CLOSED` never.
    state: AtomicU8,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: access to the value is exclusive:
// - while `state` is `EMPTY`, only the one sender accesses it;
// - while it is `SENT`, only the one receiver does, or the drop of the last reference.
// The value moves between threads, hence `T: Send`. It is never shared, so `T: Sync` is not
// required.
unsafe impl<T: Send> Sync for Shared<T> {}

/// Makes a channel for one value. The thread that calls this is the one that receives.
///
/// # Ordering
///
/// Everything a thread did before it sent, or before it dropped its [`Sender`], happens before
/// everything the receiver does after it has observed that.
///
/// # Examples
///
/// ```
/// use std::thread;
///
/// let (sender, receiver) = one_shot::channel();
/// thread::spawn(move || sender.send(6 * 7));
/// assert_eq!(receiver.recv(), Ok(42));
/// ```
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        state: AtomicU8::new(EMPTY),
        value: UnsafeCell::new(MaybeUninit::uninit()),
    });
    let sender = Sender {
        shared: Arc::clone(&shared),
        receiver: thread::current(),
    };
    let receiver = Receiver {
        shared,
        not_send: PhantomData,
    };
    (sender, receiver)
}

/// The end that sends, once. It is meant to move to another thread.
///
/// ```compile_fail
/// let (sender, receiver) = one_shot::channel();
/// sender.send(1).unwrap();
/// sender.send(2).unwrap(); // error[E0382]: use of moved value: `sender`
/// ```
///
/// Nor is it a sender of values that live less long, which would arrive as values that live for ever:
///
/// ```compile_fail
/// # use one_shot::Sender;
/// fn shorten<'v>(sender: Sender<&'static str>) -> Sender<&'v str> {
///     sender // error: lifetime may not live long enough
/// }
/// ```
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
    /// The thread to wake.
    receiver: Thread,
}

impl<T> Sender<T> {
    // ANCHOR: send
    /// Sends the value, and wakes the receiver if it waits. Never waits itself.
    ///
    /// `Ok` does not mean that the value will be received: the receiver may still
    /// be dropped without looking. Then the value is dropped, too.
    ///
    /// # Errors
    ///
    /// [`SendError`], with the value, if the receiver is gone.
    pub fn send(self, value: T) -> Result<(), SendError<T>> {
        let shared = &self.shared;
        shared.value.with_mut(|slot| {
            // SAFETY:
            // - valid: `self` keeps the channel alive;
            // - exclusive: the receiver does not access the value before `SENT`.
            unsafe { slot.write(MaybeUninit::new(value)) }
        });
        // Release pairs with the Acquire load in `try_recv`: the write of the value
        // happens before the receiver's read. On failure the receiver is gone and
        // we read only our own write: Relaxed.
        let sent = shared
            .state
            .compare_exchange(EMPTY, SENT, Ordering::Release, Ordering::Relaxed);
        match sent {
            Ok(_) => Ok(()), // and `self` is dropped, which wakes the receiver
            // SAFETY: we initialised the value, and `CLOSED` is final: no other
            // access.
            Err(_) => Err(SendError(unsafe { shared.take() })),
        }
    }
    // ANCHOR_END: send
}

// ANCHOR: drop
impl<T> Drop for Sender<T> {
    /// Closes the channel unless a value was sent, and wakes the receiver in
    /// both cases.
    fn drop(&mut self) {
        // Release pairs with the Acquire load in `try_recv`: what we did before
        // happens before what the receiver does after. It fails after a `send`,
        // or if the receiver is gone: nothing to report.
        let _ =
            self.shared
                .state
                .compare_exchange(EMPTY, CLOSED, Ordering::Release, Ordering::Relaxed);
        // Unpark after the store: a receiver that loaded too early parks, and
        // is woken by this.
        self.receiver.unpark();
    }
}
// ANCHOR_END: drop

/// The end that receives. It stays on the thread that made the channel, the one that `send`
/// unparks.
///
/// ```compile_fail
/// let (sender, receiver) = one_shot::channel::<u32>();
/// std::thread::spawn(move || receiver.recv()); // error[E0277]: cannot be sent between threads safely
/// ```
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// Makes the receiver neither `Send` nor `Sync`, as a raw pointer is neither.
    not_send: PhantomData<*const ()>,
}

impl<T> Receiver<T> {
    // ANCHOR: try_recv
    /// Takes the value if it has been sent; never blocks.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if it may still be sent, and
    /// [`TryRecvError::Disconnected`] if not: the sender is gone, or the value has
    /// been received already.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        // Acquire pairs with both Release exchanges of the sender, in `send` and in `drop`.
        match self.shared.state.load(Ordering::Acquire) {
            EMPTY => Err(TryRecvError::Empty),
            SENT => {
                // From here on we own the value, and the channel does not drop it.
                // Relaxed: the sender's last access was the exchange, and the drop
                // of the channel is ordered by the reference count.
                self.shared.state.store(CLOSED, Ordering::Relaxed);
                // SAFETY:
                // - initialised: the sender's write happens before its Release of
                //   `SENT`, which we acquired;
                // - taken once: `state` is now `CLOSED`.
                Ok(unsafe { self.shared.take() })
            }
            _ => Err(TryRecvError::Disconnected),
        }
    }
    // ANCHOR_END: try_recv

    // ANCHOR: recv
    /// Takes the value, blocking until it is sent.
    ///
    /// # Blocking
    ///
    /// Sleeps until the sender sends or is dropped: forever if it is leaked with
    /// `mem::forget`.
    ///
    /// # Errors
    ///
    /// [`RecvError`] if the sender was dropped without sending, or the value has been received already.
    pub fn recv(self) -> Result<T, RecvError> {
        let mut receiver = self;
        loop {
            match receiver.try_recv() {
                Ok(value) => return Ok(value),
                Err(TryRecvError::Disconnected) => return Err(RecvError),
                // A wake-up may be spurious, or meant for another use of `park`:
                // check again.
                Err(TryRecvError::Empty) => thread::park(),
            }
        }
    }
    // ANCHOR_END: recv
}

impl<T> Drop for Receiver<T> {
    /// Closes the channel for the sender. A value already sent is dropped with the channel.
    fn drop(&mut self) {
        // Relaxed: it publishes nothing. It fails if a value was sent, or if the sender is gone.
        let _ =
            self.shared
                .state
                .compare_exchange(EMPTY, CLOSED, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl<T> Shared<T> {
    /// Given: moves the value out.
    ///
    /// # Safety
    ///
    /// The value is initialised, its initialisation happens before this call, and it is not
    /// accessed again.
    unsafe fn take(&self) -> T {
        // SAFETY: guaranteed by the caller.
        self.value.with(|slot| unsafe { slot.cast::<T>().read() })
    }
}

// ANCHOR: shared_drop
impl<T> Drop for Shared<T> {
    /// Drops a value that was sent and never received.
    fn drop(&mut self) {
        // No ordering: `&mut self` is exclusive, and `Arc` orders its drop
        // after all other use.
        if *self.state.get_mut() == SENT {
            // SAFETY: `SENT` means initialised and not taken.
            unsafe { self.value.get_mut().assume_init_drop() };
        }
    }
}
// ANCHOR_END: shared_drop
