//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;
use std::sync::mpsc::{RecvError, SendError, TryRecvError};

use crate::sync::alloc::Track;
use crate::sync::cell::UnsafeCell;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/one_shot.rs"));
}
pub(crate) use source::channel;

/// A page beside the channel, without a lock: a thread that is told that it is written may read it.
struct Page(UnsafeCell<u32>);

// SAFETY: whether the page is read only when it is written is the question that the models ask. They see every
// access and report two that meet.
unsafe impl Sync for Page {}

impl Page {
    fn blank() -> Arc<Self> {
        Arc::new(Self(UnsafeCell::new(0)))
    }

    fn write(&self, words: u32) {
        // SAFETY: see `Page`.
        self.0.with_mut(|page| unsafe { *page = words });
    }

    fn read(&self) -> u32 {
        // SAFETY: see `Page`.
        self.0.with(|page| unsafe { *page })
    }
}

/// value written → sent → received: the receiver is woken, and sees the whole value.
#[test]
fn a_value_is_received_whole() {
    lanes::model(|| {
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send([7, 8]).expect("the receiver waits"));
        assert_eq!(
            receiver.recv(),
            Ok([7, 8]),
            "`recv` gave up, and the sender sends: what does it know when it wakes up?"
        );
    });
}

/// page written → sent → received: what was done before is seen, too.
#[test]
fn what_was_done_before_the_send_is_seen() {
    lanes::model(|| {
        let page = Page::blank();
        let (sender, receiver) = channel();
        thread::spawn({
            let page = Arc::clone(&page);
            move || {
                page.write(7);
                sender.send(()).expect("the receiver waits");
            }
        });
        receiver.recv().expect("the sender sends");
        assert_eq!(page.read(), 7);
    });
}

/// value written → sent → tried: the same edge, for a receiver that does not wait.
#[test]
fn a_try_that_succeeds_sees_the_whole_value() {
    lanes::model(|| {
        let (sender, mut receiver) = channel();
        let other = thread::spawn(move || sender.send([7, 8]).is_ok());
        let early = receiver.try_recv();
        assert!(
            other.join().unwrap(),
            "the receiver is there, and `send` was refused"
        );
        match early {
            Ok(value) => {
                assert_eq!(value, [7, 8]);
                assert_eq!(
                    receiver.try_recv(),
                    Err(TryRecvError::Disconnected),
                    "the value was taken already"
                );
            }
            Err(TryRecvError::Empty) => assert_eq!(receiver.try_recv(), Ok([7, 8])),
            Err(TryRecvError::Disconnected) => {
                panic!("`Disconnected`, and the value was still to come")
            }
        }
    });
}

/// page written → sender dropped → receiver told: silence is a message, and it is heard.
#[test]
fn a_sender_that_goes_is_heard() {
    lanes::model(|| {
        let page = Page::blank();
        let (sender, receiver) = channel::<u32>();
        thread::spawn({
            let page = Arc::clone(&page);
            move || {
                page.write(7);
                drop(sender);
            }
        });
        assert_eq!(receiver.recv(), Err(RecvError));
        assert_eq!(page.read(), 7);
    });
}

/// Sent while the receiver goes: refused, or dropped with the channel; not both, and not neither.
#[test]
fn a_value_that_nobody_receives_is_dropped() {
    lanes::model(|| {
        let (sender, receiver) = channel();
        let other = thread::spawn(move || match sender.send(Track::new(7)) {
            Ok(()) => {}
            Err(SendError(value)) => assert_eq!(*value.get_ref(), 7),
        });
        drop(receiver);
        other.join().unwrap();
    });
}

/// A receiver that looks once and goes: the last of the two cleans up, and finds the value whole.
#[test]
fn whoever_is_last_cleans_up() {
    lanes::model(|| {
        let (sender, mut receiver) = channel();
        thread::spawn(move || drop(sender.send(Track::new(7))));
        if let Ok(value) = receiver.try_recv() {
            assert_eq!(*value.get_ref(), 7);
        }
    });
}
