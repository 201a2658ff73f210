//! What one thread can see. A call that should not wait, and does, fails after a few seconds.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::MutexGuard;
use std::sync::mpsc::{RecvError, SendError, TryRecvError};
use std::thread;

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;
use one_shot::{Receiver, Sender, channel};

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str =
    "`send`, `recv` or `try_recv`, with everything done that it could wait for,";

thread_local! {
    /// How many `Counted` of this thread have been dropped.
    static DROPPED: Cell<usize> = const { Cell::new(0) };
}

/// Counts its drops.
#[derive(Debug, PartialEq)]
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

/// What goes in comes out.
#[test]
fn a_value_goes_through() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        sender
            .send(String::from("one shot"))
            .expect("the receiver is there");
        assert_eq!(receiver.recv().as_deref(), Ok("one shot"));
    });
}

/// Any type: one without a size, and one with an unusual alignment.
#[test]
fn the_size_of_the_value_does_not_matter() {
    #[derive(Debug, PartialEq)]
    #[repr(align(64))]
    struct Wide([u8; 200]);

    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        sender.send(()).expect("the receiver is there");
        assert_eq!(receiver.recv(), Ok(()));

        let (sender, receiver) = channel();
        sender.send(Wide([7; 200])).expect("the receiver is there");
        assert_eq!(receiver.recv(), Ok(Wide([7; 200])));
    });
}

/// Never waiting: the value, or whether it is worth trying again.
#[test]
fn try_recv_tells_empty_from_disconnected() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, mut receiver) = channel();
        assert_eq!(
            receiver.try_recv(),
            Err(TryRecvError::Empty),
            "the sender is there, so the value may still come"
        );
        sender.send(7).expect("the receiver is there");
        assert_eq!(receiver.try_recv(), Ok(7));

        let (sender, mut receiver) = channel::<u32>();
        drop(sender);
        assert_eq!(
            receiver.try_recv(),
            Err(TryRecvError::Disconnected),
            "`Empty` invites the caller to try again, and the sender is gone"
        );
    });
}

/// One shot: what has been taken is not there a second time.
#[test]
fn a_value_is_received_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, mut receiver) = channel();
        sender.send(7).expect("the receiver is there");
        assert_eq!(receiver.try_recv(), Ok(7));
        assert_eq!(
            receiver.try_recv(),
            Err(TryRecvError::Disconnected),
            "the value was taken: a second one would be a copy of something that may have been dropped"
        );
        assert_eq!(receiver.recv(), Err(RecvError));
    });
}

/// A sender that goes without a word is an answer, too.
#[test]
fn a_sender_that_is_dropped_ends_the_wait() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel::<u32>();
        drop(sender);
        assert_eq!(
            receiver.recv(),
            Err(RecvError),
            "nobody is left who could send"
        );
    });
}

/// A value that can no longer be received comes back.
#[test]
fn a_sender_gets_its_value_back_if_nobody_listens() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        drop(receiver);
        assert_eq!(
            sender.send(7),
            Err(SendError(7)),
            "the receiver is gone: `Ok` would lose the value without a word"
        );
    });
}

/// Dropped exactly once: received, and then the receiver's to drop.
#[test]
fn a_received_value_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        sender.send(Counted).expect("the receiver is there");
        let value = receiver.recv();
        assert_eq!(
            DROPPED.get(),
            0,
            "the receiver holds it, and something has dropped it already"
        );
        drop(value);
        assert_eq!(DROPPED.get(), 1, "received and dropped: once in all");
    });
}

/// Dropped exactly once: sent, and never received.
#[test]
fn a_value_that_is_never_received_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        sender.send(Counted).expect("the receiver is there");
        assert_eq!(DROPPED.get(), 0, "it may still be received");
        drop(receiver);
        assert_eq!(
            DROPPED.get(),
            1,
            "left: how often a value was dropped that was sent and never received"
        );
    });
}

/// Dropped exactly once: refused, and then the sender's to drop.
#[test]
fn a_value_that_comes_back_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        drop(receiver);
        let refused = sender.send(Counted);
        assert_eq!(
            DROPPED.get(),
            0,
            "the caller has it back, and something has dropped it already"
        );
        drop(refused);
        assert_eq!(
            DROPPED.get(),
            1,
            "left: how often a value was dropped that was refused"
        );
    });
}

/// Nothing is dropped that was never there.
#[test]
fn a_channel_that_nobody_used_drops_nothing() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel::<Counted>();
        drop(sender);
        drop(receiver);
        let (sender, receiver) = channel::<Counted>();
        drop(receiver);
        drop(sender);
        assert_eq!(
            DROPPED.get(),
            0,
            "nothing was sent, and something was dropped: it was never initialised"
        );
    });
}

/// A panic is a way to go: the channel is told, and the value is dropped.
#[test]
fn a_panic_drops_an_end_like_anything_else() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        let panic = panic_of(move || {
            let _receiver = receiver;
            sender.send(Counted).expect("the receiver is there");
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(DROPPED.get(), 1, "unwinding drops the receiver");
    });
}

/// A sender that goes by a panic says so, and wakes the receiver if it waits.
#[test]
fn a_sender_that_panics_ends_the_wait() {
    finishes("a `recv` whose sender has panicked", || {
        let (sender, receiver) = channel::<u32>();
        let panic = panic_of(move || {
            let _sender = sender;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            receiver.recv(),
            Err(RecvError),
            "a panic has dropped the sender: is there an `if !panicking()` in its `drop`?"
        );

        let (sender, receiver) = channel::<u32>();
        let panicking = thread::spawn(move || {
            let _sender = sender;
            thread::yield_now();
            panic_with("out");
        });
        assert_eq!(receiver.recv(), Err(RecvError));
        assert!(panicking.join().is_err());
    });
}

/// A receiver that goes by a panic says so, and the value comes back.
#[test]
fn a_receiver_that_panics_is_gone() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, receiver) = channel();
        let panic = panic_of(move || {
            let _receiver = receiver;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            sender.send(7),
            Err(SendError(7)),
            "a panic has dropped the receiver, and `Ok` loses the value: is there an `if !panicking()` in its `drop`?"
        );
    });
}

/// In a destructor during a panic, a channel is what it is anywhere else: made there, used there, and outliving it.
#[test]
fn a_destructor_may_use_a_channel_during_a_panic() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (sender, mut receiver) = channel();
        let _ = (receiver.try_recv(), sender.send(0), receiver.recv());
        drop(channel::<u32>()); // what is not written yet should say so here, and not while we unwind
        let mut seen = Vec::new();
        let (sender, receiver_before) = channel();
        let mut sender_before = Some(sender);
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                if let Some(sender) = sender_before.take() {
                    seen.push(sender.send(1).is_ok());
                }
                let (sender, receiver) = channel();
                seen.push(sender.send(2).is_ok());
                seen.push(receiver.recv() == Ok(2));
                let (sender, receiver) = channel::<u32>();
                drop(sender);
                seen.push(receiver.recv().is_err());
                outlives = Some(channel());
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            seen, [true; 4],
            "somebody else's panic is no reason to refuse"
        );
        assert_eq!(receiver_before.recv(), Ok(1), "it was sent during a panic");
        let (sender, receiver) = outlives.expect("a channel was made during the panic");
        assert_eq!(sender.send(3), Ok(()));
        assert_eq!(
            receiver.recv(),
            Ok(3),
            "made during a panic, and used after it"
        );
    });
}

/// A thread that unparks the receiver for reasons of its own, however often, does not end the wait.
#[test]
fn a_thousand_other_wake_ups_do_not_end_the_wait() {
    finishes("a `recv` that is woken for other reasons", || {
        let (sender, receiver) = channel();
        let waiting = thread::current();
        let other = thread::spawn(move || {
            for _ in 0..1_000 {
                waiting.unpark();
                thread::yield_now();
            }
            // Long enough for one who counts the seconds, and not the wake-ups.
            thread::sleep(std::time::Duration::from_millis(1_500));
            sender.send(7)
        });
        assert_eq!(
            receiver.recv(),
            Ok(7),
            "`recv` gave up, and the sender was there all the time: how often does it look, and how long?"
        );
        assert_eq!(other.join().expect("it does not panic"), Ok(()));
    });
}

/// The value goes from thread to thread, so it has to be `Send`; never to two at once, so it need not be `Sync`.
#[test]
fn only_sendable_values_may_be_sent() {
    assert!(
        impls!(Sender<Cell<u32>>: Send),
        "a `Cell` can be sent, and only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(Sender<Rc<u32>>: Send),
        "an `Rc` must stay on its thread: a channel would take it to another"
    );
    assert!(
        !impls!(Sender<MutexGuard<'static, u32>>: Send),
        "a `MutexGuard` must be dropped where it was made: `T: Sync` is not enough"
    );
}

/// The sender wakes the thread that made the channel, so that thread has to be the one that waits.
#[test]
fn the_receiver_stays_on_its_thread() {
    assert!(
        !impls!(Receiver<u32>: Send | Sync),
        "the receiver could wait on another thread, and nobody would wake it there"
    );
}
