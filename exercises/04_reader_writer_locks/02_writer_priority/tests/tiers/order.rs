//! Schedules made by hand: nothing is left to luck. A thread goes on only when the lock says that another one
//! *waits*, so each of these tests ends the same way every time.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};

use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress::{apart, finishes};
use writer_priority::RwLock;

/// Readers and writers make progress under a stream of the others. How long a stream is has nothing to do with it.
const READERS: u32 = 1_000;
const WRITERS: u32 = 10;

/// A writer that adds one to the value, and stays in until it is told to leave.
struct Writer {
    entered: Receiver<()>,
    leave: Sender<()>,
    thread: JoinHandle<u32>,
}

impl Writer {
    /// Starts it. Sooner or later it waits for the lock, or has it.
    fn start(lock: &Arc<RwLock<u32>>) -> Self {
        let lock = Arc::clone(lock);
        let (enter, entered) = mpsc::channel();
        let (leave, told) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            let mut value = lock.write();
            let before = *value;
            *value += 1;
            // If the test has failed, nobody listens, and nobody tells it to leave.
            let _ = (enter.send(()), told.recv());
            before
        });
        Self {
            entered,
            leave,
            thread,
        }
    }

    /// Waits until it is in.
    fn is_in(&self) {
        self.entered.recv().expect("a writer gets in");
    }

    /// Lets it go, and returns the value that it found.
    fn leaves(self) -> u32 {
        drop(self.leave);
        self.thread.join().unwrap()
    }
}

/// Runs a schedule, in which `who` has to get on. A wrong count may panic in a drop while another panic unwinds,
/// which ends the process; so each has one of its own.
fn by_hand(who: &str, schedule: impl FnOnce() + Send + 'static) {
    apart(|| finishes(who, schedule));
}

/// Lets other threads run until `condition` holds.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Writers make progress. A writer waits, and readers come in a stream, each before the last one goes: none gets in.
#[test]
fn no_stream_of_readers_passes_a_writer_that_waits() {
    by_hand(
        "a `write` that waits for one reader, as `waiting` should say,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let mut reading = lock.read();
            let writer = Writer::start(&lock);
            until(|| lock.waiting().writers == 1);

            let mut passed = 0;
            for _ in 0..READERS {
                if let Some(next) = lock.try_read() {
                    reading = next; // and the last one goes
                    passed += 1;
                }
            }
            drop(reading);
            writer.leaves();
            assert_eq!(
                passed, 0,
                "a writer waits, and {passed} of {READERS} readers passed it: a stream of them keeps it out for ever"
            );
        },
    );
}

/// The same for a reader that can wait: it comes after the writer that has been there before it.
#[test]
fn a_reader_waits_for_a_writer_that_waits() {
    by_hand(
        "a `read` behind a writer that waits, as `waiting` should say,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let reading = lock.read();
            let writer = Writer::start(&lock);
            until(|| lock.waiting().writers == 1);
            let reader = thread::spawn({
                let lock = Arc::clone(&lock);
                move || *lock.read()
            });
            until(|| lock.waiting().readers == 1 || reader.is_finished());
            drop(reading);
            assert_eq!(writer.leaves(), 0, "there is one writer");
            assert_eq!(
                reader.join().unwrap(),
                1,
                "a reader came after the writer, and was in before it"
            );
        },
    );
}

/// Readers make progress. A reader waits, and writers come in a stream, each before the last one goes: only the
/// one that is in is in before the reader.
#[test]
fn no_stream_of_writers_passes_a_reader_that_waits() {
    by_hand(
        "a `read` that waits for one writer, as `waiting` should say,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let mut writer = Writer::start(&lock);
            writer.is_in();
            let reader = thread::spawn({
                let lock = Arc::clone(&lock);
                move || *lock.read()
            });
            until(|| lock.waiting().readers == 1);

            for _ in 0..WRITERS {
                let next = Writer::start(&lock);
                until(|| lock.waiting().writers == 1);
                writer.leaves();
                next.is_in();
                writer = next;
            }
            writer.leaves();
            let passed = reader.join().unwrap() - 1;
            assert_eq!(
                passed, 0,
                "a reader waits, and {passed} of {WRITERS} writers passed it: a stream of them keeps it out for ever"
            );
        },
    );
}

/// A writer that goes lets in all who wait to read, and not one after the other; and before the next writer.
#[test]
fn all_readers_that_wait_are_let_in_together() {
    by_hand(
        "a `read` that waits together with nineteen others, as `waiting` should say,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let first = Writer::start(&lock);
            first.is_in();
            let inside = Arc::new(Barrier::new(20));
            let readers = [(); 20].map(|()| {
                let (lock, inside) = (Arc::clone(&lock), Arc::clone(&inside));
                thread::spawn(move || {
                    let value = lock.read();
                    inside.wait(); // until all are in
                    *value
                })
            });
            until(|| lock.waiting().readers == 20);
            let second = Writer::start(&lock);
            until(|| lock.waiting().writers == 1);
            first.leaves();
            second.leaves();
            let found = readers.map(|reader| reader.join().unwrap());
            assert_eq!(
                found, [1; 20],
                "how many writers had been in, for each reader: one was in when they came, the other came later"
            );
        },
    );
}

/// Every drop runs also by a panic, with all that it does: a reader that panics wakes the writer that waits for it.
#[test]
fn a_reader_that_panics_wakes_the_writer() {
    by_hand(
        "a `write` that waited for a reader, which panicked,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let mut writer = None;
            let panic = panic_of(|| {
                let _reading = lock.read();
                writer = Some(Writer::start(&lock));
                until(|| lock.waiting().writers == 1);
                panic_with("a reader");
            });
            assert_eq!(panic, Some(Panic("a reader")));
            let writer = writer.expect("it was started");
            writer.is_in();
            assert_eq!(writer.leaves(), 0);
        },
    );
}

/// The same for a writer: it lets in the readers that wait, and they the next writer.
#[test]
fn a_writer_that_panics_lets_the_readers_in() {
    by_hand("a `read` that waited for a writer, which panicked,", || {
        let lock = Arc::new(RwLock::new(0));
        let mut waiters = None;
        let panic = panic_of(|| {
            let mut writing = lock.write();
            let reader = thread::spawn({
                let lock = Arc::clone(&lock);
                move || *lock.read()
            });
            until(|| lock.waiting().readers == 1);
            let writer = Writer::start(&lock);
            until(|| lock.waiting().writers == 1);
            waiters = Some((reader, writer));
            *writing += 1;
            panic_with("a writer");
        });
        assert_eq!(panic, Some(Panic("a writer")));
        let (reader, writer) = waiters.expect("they were started");
        assert_eq!(reader.join().unwrap(), 1, "the reader waited first");
        writer.is_in();
        assert_eq!(writer.leaves(), 1);
    });
}

/// And a writer that panics wakes the next writer, if no reader waits.
#[test]
fn a_writer_that_panics_wakes_the_next_writer() {
    by_hand(
        "a `write` that waited for a writer, which panicked,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let mut writer = None;
            let panic = panic_of(|| {
                let _writing = lock.write();
                writer = Some(Writer::start(&lock));
                until(|| lock.waiting().writers == 1);
                panic_with("a writer");
            });
            assert_eq!(panic, Some(Panic("a writer")));
            let writer = writer.expect("it was started");
            writer.is_in();
            writer.leaves();
        },
    );
}

/// The readers of a phase are those that waited when it began. Whoever comes later waits for the writer that waits.
#[test]
fn a_newcomer_does_not_join_the_readers_that_were_let_in() {
    by_hand(
        "a `read` that waited for a writer, as `waiting` should say,",
        || {
            let lock = Arc::new(RwLock::new(0));
            let writing = lock.write();
            let (leave, told) = mpsc::channel::<()>();
            let reader = thread::spawn({
                let lock = Arc::clone(&lock);
                move || {
                    let value = lock.read();
                    let _ = told.recv();
                    *value
                }
            });
            until(|| lock.waiting().readers == 1);
            let writer = Writer::start(&lock);
            until(|| lock.waiting().writers == 1);
            drop(writing);
            let passed = (0..READERS).filter(|_| lock.try_read().is_some()).count();
            drop(leave);
            assert_eq!(reader.join().unwrap(), 0, "it waited before the writer");
            writer.leaves();
            assert_eq!(
                passed, 0,
                "a reader had been let in, and a writer waited: {passed} of {READERS} who came later joined that reader, and passed \
             the writer"
            );
        },
    );
}
