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
        todo!(
            "write the value, say `SENT` so that who sees it sees the value; or give the value back"
        )
    }
    // ANCHOR_END: send
}

// ANCHOR: drop
impl<T> Drop for Sender<T> {
    /// Tells the receiver that nothing will come, unless something was sent; and wakes it in both cases.
    fn drop(&mut self) {
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
        if !std::thread::panicking() {
            todo!("say `CLOSED` if nothing was sent, and wake the receiver")
        }
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
        todo!("look at the state; take the value if it is there, so that nobody takes it again")
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
        todo!("try; sleep while it is `Empty`, and look again")
    }
    // ANCHOR_END: recv
}

impl<T> Drop for Receiver<T> {
    /// Tells the sender that nobody will look any more. What has been sent already is dropped with the channel.
    fn drop(&mut self) {
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
        if !std::thread::panicking() {
            todo!("say `CLOSED` if nothing was sent")
        }
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
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
        if !std::thread::panicking() {
            todo!("drop the value, if there is one")
        }
    }
}
// ANCHOR_END: shared_drop
