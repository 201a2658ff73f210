//! Values that are sent from thread to thread: many senders, one receiver.
//!
//! Whatever a thread did before it sent something happens before what any thread does after it has received something that was sent
//! later, or the same. `std` promises it for the same only; so do not rely on more.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

pub use std::sync::mpsc::{RecvError, SendError, TryRecvError, TrySendError};

use explorer::raw::Content;

use super::identity::Identity;
use super::name::{Named, Object};
use super::quiet::{Gate, Inside};
use crate::context::{self, Pending, begin};
use crate::step::{Call, ObjectKind, Op, Site, Step, Value};

/// A channel with room for all that is sent.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Rc::new(Channel::new(None));
    (Sender(Rc::clone(&channel)), Receiver(channel))
}

/// A channel with room for so many values: to send one more waits.
///
/// # Panics
///
/// Panics if there is no room at all. That would be a rendezvous, which a model does not have.
#[track_caller]
pub fn sync_channel<T>(room: usize) -> (SyncSender<T>, Receiver<T>) {
    assert!(
        room > 0,
        "a model has no `sync_channel(0)`: use a `Mutex` and a `Condvar`, or a channel with room for one"
    );
    let channel = Rc::new(Channel::new(Some(room)));
    (SyncSender(Rc::clone(&channel)), Receiver(channel))
}

/// What both ends share. All but the gate is looked at inside it.
struct Channel<T> {
    gate: Gate,
    id: Identity,
    room: Option<usize>,
    values: RefCell<VecDeque<T>>,
    senders: Cell<usize>,
    has_receiver: Cell<bool>,
    site: Site,
}

impl<T> Channel<T> {
    #[track_caller]
    fn new(room: Option<usize>) -> Self {
        Self {
            id: Identity::new::<T>(ObjectKind::Channel, Value::Unknown),
            gate: Gate::new(Content::Told),
            room,
            values: RefCell::default(),
            senders: Cell::new(1),
            has_receiver: Cell::new(true),
            site: Location::caller(),
        }
    }

    fn begin(&self, call: Call, argument: Value, site: Site) -> Pending {
        begin(site, || {
            Step::new(Op::Call(call), site)
                .on(self.id)
                .argument(argument)
        })
    }

    fn is_full(&self) -> bool {
        self.room
            .is_some_and(|room| self.values.borrow().len() >= room)
    }

    /// Sends a value, if `may_wait` or if there is room.
    fn send(&self, value: T, may_wait: bool, site: Site) -> Result<(), TrySendError<T>> {
        if context::unwinding() {
            return Err(TrySendError::Disconnected(value));
        }
        self.id.reach(site);
        // SAFETY: a reference is valid for reads, and initialised.
        let shown = unsafe { Value::peek(&raw const value) };
        let call = Call::of(if may_wait { "send" } else { "try_send" });
        let mut step = self.begin(call, shown, site);
        let mut inside = self.gate.enter();
        while may_wait && self.has_receiver.get() && self.is_full() {
            step.forget();
            step = self.begin(call.says(": there is no room"), shown, site);
            inside = inside.wait(Content::Same);
            step.forget();
            step = self.begin(call, shown, site);
        }
        if !self.has_receiver.get() {
            inside.leave(Content::Same);
            step.end(|step| step.op = Op::Call(call.says(": the receiver is gone")));
            return Err(TrySendError::Disconnected(value));
        }
        if self.is_full() {
            inside.leave(Content::Same);
            step.end(|step| step.op = Op::Call(call.says(": there is no room")));
            return Err(TrySendError::Full(value));
        }
        self.values.borrow_mut().push_back(value);
        let woken = inside.wake_all();
        inside.leave(Content::Told);
        step.end(|step| {
            step.op = Op::Call(call.publishes());
            step.woken = woken;
        });
        Ok(())
    }

    /// Receives a value, if `may_wait` or if there is one.
    fn receive(&self, may_wait: bool, site: Site) -> Result<T, TryRecvError> {
        if context::unwinding() {
            return Err(TryRecvError::Disconnected);
        }
        self.id.reach(site);
        let call = Call::of(if may_wait { "recv" } else { "try_recv" });
        let mut step = self.begin(call, Value::Unknown, site);
        let mut inside = self.gate.enter();
        while may_wait && self.senders.get() > 0 && self.values.borrow().is_empty() {
            step.forget();
            step = self.begin(call.says(": there is nothing"), Value::Unknown, site);
            inside = inside.wait(Content::Same);
            step.forget();
            step = self.begin(call, Value::Unknown, site);
        }
        let next = self.values.borrow_mut().pop_front();
        match next {
            Some(value) => {
                let woken = self.room.map_or(0, |_| inside.wake_all());
                inside.leave(Content::Told);
                step.end(|step| {
                    step.op = Op::Call(call.receives());
                    // SAFETY: as in `send`.
                    step.read = unsafe { Value::peek(&raw const value) };
                    step.woken = woken;
                });
                Ok(value)
            }
            None if self.senders.get() == 0 => {
                inside.leave(Content::Same);
                step.end(|step| {
                    step.op = Op::Call(call.says(": the senders are gone").receives());
                });
                Err(TryRecvError::Disconnected)
            }
            None => {
                inside.leave(Content::Same);
                step.end(|step| step.op = Op::Call(call.says(": there is nothing")));
                Err(TryRecvError::Empty)
            }
        }
    }

    /// One of the ends comes or goes.
    fn change(&self, change: impl FnOnce(&Self, &Inside<'_>)) {
        if context::unwinding() {
            return;
        }
        let inside = self.gate.enter();
        change(self, &inside);
        inside.leave(Content::Told);
    }

    fn add_sender(&self) {
        self.change(|channel, _| channel.senders.set(channel.senders.get() + 1));
    }

    fn drop_sender(&self) {
        if context::is_over() {
            return;
        }
        let call = Call::of("drop").says(": the last sender").publishes();
        let step = self.begin(call, Value::Unknown, self.site);
        let mut last = None;
        self.change(|channel, inside| {
            channel.senders.set(channel.senders.get() - 1);
            if channel.senders.get() == 0 {
                last = Some(inside.wake_all());
            }
        });
        match last {
            Some(woken) => {
                step.end(|step| step.woken = woken);
            }
            None => step.forget(),
        }
    }
}

/// Sends values, and never waits for room.
pub struct Sender<T>(Rc<Channel<T>>);

/// Sends values, and waits for room.
pub struct SyncSender<T>(Rc<Channel<T>>);

/// Receives what is sent.
pub struct Receiver<T>(Rc<Channel<T>>);

// SAFETY: all threads of a model share one thread of the machine, so its `Rc` is never reached by two at once; and the values move
// from one to another, which `T: Send` allows.
unsafe impl<T: Send> Send for Sender<T> {}
// SAFETY: as for `Send`.
unsafe impl<T: Send> Sync for Sender<T> {}
// SAFETY: as for `Sender`.
unsafe impl<T: Send> Send for SyncSender<T> {}
// SAFETY: as for `Sender`.
unsafe impl<T: Send> Sync for SyncSender<T> {}
// SAFETY: as for `Sender`.
unsafe impl<T: Send> Send for Receiver<T> {}

impl<T> Sender<T> {
    /// Sends a value.
    ///
    /// # Errors
    ///
    /// The value, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        send(&self.0, value, Location::caller())
    }
}

impl<T> SyncSender<T> {
    /// Sends a value; waits for room.
    ///
    /// # Errors
    ///
    /// The value, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        send(&self.0, value, Location::caller())
    }

    /// Sends a value if there is room.
    ///
    /// # Errors
    ///
    /// The value, if there is none, or if the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.0.send(value, false, Location::caller())
    }
}

fn send<T>(channel: &Channel<T>, value: T, site: Site) -> Result<(), SendError<T>> {
    let sent = channel.send(value, true, site);
    sent.map_err(|(TrySendError::Full(value) | TrySendError::Disconnected(value))| SendError(value))
}

impl<T> Receiver<T> {
    /// Receives a value; waits until there is one.
    ///
    /// # Errors
    ///
    /// If there is none, and the senders are gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let received = self.0.receive(true, Location::caller());
        received.map_err(|_| RecvError)
    }

    /// Receives a value if there is one.
    ///
    /// # Errors
    ///
    /// If there is none, with the reason.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.0.receive(false, Location::caller())
    }

    /// All values, until the senders are gone.
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self, Location::caller())
    }
}

/// What [`Receiver::iter`] returns.
#[derive(Debug)]
pub struct Iter<'a, T>(&'a Receiver<T>, Site);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.0.receive(true, self.1).ok()
    }
}

/// All values, until the senders are gone, from a receiver that goes with it.
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>, Site);

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.0.receive(true, self.1).ok()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self, Location::caller())
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.add_sender();
        Self(Rc::clone(&self.0))
    }
}

impl<T> Clone for SyncSender<T> {
    fn clone(&self) -> Self {
        self.0.add_sender();
        Self(Rc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.drop_sender();
    }
}

impl<T> Drop for SyncSender<T> {
    fn drop(&mut self) {
        self.0.drop_sender();
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if context::is_over() {
            return;
        }
        let mut left = VecDeque::new();
        self.0.change(|channel, inside| {
            channel.has_receiver.set(false);
            left = channel.values.take();
            // Those who wait for room.
            if channel.room.is_some() {
                inside.wake_all();
            }
        });
        // Outside: to drop a value may mean a step.
        drop(left);
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncSender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

impl<T> Named for Receiver<T> {
    fn object(&self) -> Object {
        Object(self.0.id.into())
    }
}
