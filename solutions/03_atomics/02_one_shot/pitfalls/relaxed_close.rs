// Pitfall: a sender that goes without sending says so with Relaxed: there is no value to publish.
// Caught by: models::a_sender_that_goes_is_heard
// Because: data race
// Lesson: Whoever hears that you are gone takes it that you are done: the end is a message, and it publishes like any other.

use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::sync::mpsc::{RecvError, SendError, TryRecvError};

use crate::sync::atomic::{AtomicU8, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::thread::{self, Thread};
use crate::sync::tracked::Arc;

/// Nothing has been sent yet, and both ends are there. The value is uninitialised, and the sender's to write.
const EMPTY: u8 = 0;
/// The value is there: the receiver's to take, or, if it never does, the channel's to drop.
const SENT: u8 = 1;
/// Nothing will come any more: an end is gone, or the value has been taken. The value is uninitialised, or
/// belongs to somebody else.
const CLOSED: u8 = 2;

/// What both ends share.
struct Shared<T> {
    /// [`EMPTY`], [`SENT`] or [`CLOSED`]. It leaves `EMPTY` once, and `CLOSED` never.
    state: AtomicU8,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: two threads that share a `Shared<T>` never reach the value at the same time:
// - while `state` is `EMPTY`, only the sender does, and there is one;
// - while it is `SENT`, only the receiver does, and there is one; or whoever drops the last reference.
// The value moves from thread to thread that way, which `T: Send` allows. `T: Sync` is not needed.
unsafe impl<T: Send> Sync for Shared<T> {}

/// Makes a channel for one value. The thread that calls this is the one that receives.
///
/// # Ordering
///
/// Everything a thread did before it sent, or before it dropped its [`Sender`], happens before everything the
/// receiver does after it has been told so.
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

/// The end that sends, once. It may go to another thread, which is what it is for.
///
/// ```compile_fail
/// let (sender, receiver) = one_shot::channel();
/// sender.send(1).unwrap();
/// sender.send(2).unwrap(); // error[E0382]: use of moved value: `sender`
/// ```
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
    /// Whom to wake.
    receiver: Thread,
}

impl<T> Sender<T> {
    // ANCHOR: send
    /// Sends the value, and wakes the receiver if it waits. Never waits itself.
    ///
    /// `Ok` does not mean that the value will be received: the receiver may still be dropped without looking.
    /// The value is dropped then, too.
    ///
    /// # Errors
    ///
    /// [`SendError`], with the value, if the receiver is gone.
    pub fn send(self, value: T) -> Result<(), SendError<T>> {
        let shared = &self.shared;
        shared.value.with_mut(|slot| {
            // SAFETY:
            // - valid: `self` keeps the channel alive;
            // - nobody reads or writes it meanwhile: until we say `SENT`, the value is ours.
            unsafe { slot.write(MaybeUninit::new(value)) }
        });
        // Release pairs with the Acquire load in `try_recv`: who sees `SENT` sees the value. If it fails, the
        // receiver is gone, and we read only what we wrote ourselves: Relaxed is enough.
        let sent = shared
            .state
            .compare_exchange(EMPTY, SENT, Ordering::Release, Ordering::Relaxed);
        match sent {
            Ok(_) => Ok(()), // and `self` is dropped, which wakes the receiver
            // SAFETY: we have written the value, and nobody else will reach it: `CLOSED` stays.
            Err(_) => Err(SendError(unsafe { shared.take() })),
        }
    }
    // ANCHOR_END: send
}

// ANCHOR: drop
impl<T> Drop for Sender<T> {
    /// Tells the receiver that nothing will come, unless something was sent; and wakes it in both cases.
    fn drop(&mut self) {
        let _ =
            self.shared
                .state
                .compare_exchange(EMPTY, CLOSED, Ordering::Relaxed, Ordering::Relaxed);
        // After the change: who looks too early for it sleeps, and is woken now.
        self.receiver.unpark();
    }
}
// ANCHOR_END: drop

/// The end that receives. It stays on the thread that made the channel, because that is the one to be woken.
///
/// ```compile_fail
/// let (sender, receiver) = one_shot::channel::<u32>();
/// std::thread::spawn(move || receiver.recv()); // error[E0277]: cannot be sent between threads safely
/// ```
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// A raw pointer is neither `Send` nor `Sync`, and so neither is a type that claims to hold one.
    not_send: PhantomData<*const ()>,
}

impl<T> Receiver<T> {
    // ANCHOR: try_recv
    /// Takes the value if it is there; never waits.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] if it may still come, and [`TryRecvError::Disconnected`] if not: the sender is
    /// gone, or the value has been received already.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        // Acquire pairs with both Release exchanges of the sender, in `send` and in `drop`.
        match self.shared.state.load(Ordering::Acquire) {
            EMPTY => Err(TryRecvError::Empty),
            SENT => {
                // From here on the value is ours, and nobody else's to drop. Relaxed: the sender has said its
                // last word, and whoever drops the channel is told by the reference count.
                self.shared.state.store(CLOSED, Ordering::Relaxed);
                // SAFETY: the sender wrote the value before it said `SENT`, which we have acquired. `CLOSED`
                // makes sure that it is taken once.
                Ok(unsafe { self.shared.take() })
            }
            _ => Err(TryRecvError::Disconnected),
        }
    }
    // ANCHOR_END: try_recv

    // ANCHOR: recv
    /// Takes the value, waiting until it is there.
    ///
    /// # Blocking
    ///
    /// Sleeps until the sender sends or is dropped: for ever if it is forgotten with `mem::forget`.
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
                // It may wake up for no reason, or for somebody else's: then we look again.
                Err(TryRecvError::Empty) => thread::park(),
            }
        }
    }
    // ANCHOR_END: recv
}

impl<T> Drop for Receiver<T> {
    /// Tells the sender that nobody will look any more. What has been sent already is dropped with the channel.
    fn drop(&mut self) {
        // Relaxed: we hand over nothing. It fails if something was sent, or if nobody is left to send it.
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
    /// The value is initialised, the caller sees it, and nobody reads, takes or drops it later.
    unsafe fn take(&self) -> T {
        // SAFETY: the caller's promise.
        self.value.with(|slot| unsafe { slot.cast::<T>().read() })
    }
}

// ANCHOR: shared_drop
impl<T> Drop for Shared<T> {
    /// Drops a value that was sent and never received.
    fn drop(&mut self) {
        // No ordering: whoever drops the last reference to it has the channel for itself.
        if *self.state.get_mut() == SENT {
            // SAFETY: `SENT` means that it is initialised, and that nobody has taken it.
            unsafe { self.value.get_mut().assume_init_drop() };
        }
    }
}
// ANCHOR_END: shared_drop
