//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rw_lock.rs"));
}
use source::RwLock;

/// write → write: writers come one after the other, and each sees what the last one wrote.
#[test]
fn two_writers_lose_no_increment() {
    lanes::model(|| {
        let hits = Arc::new(RwLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.write() += 1
        });
        *hits.write() += 1;
        other.join().unwrap();
        let free = hits.try_write();
        assert!(
            free.is_some(),
            "a writer is refused, though nobody is in: can your compare-exchange fail for no reason?"
        );
        assert_eq!(
            free.map(|hits| *hits),
            Some(2),
            "an increment is lost: two writers were in at once"
        );
    });
}

/// write → read, read → write: a reader sees a change whole or not at all, whichever of the two comes first.
#[test]
fn a_reader_sees_a_change_whole_or_not_at_all() {
    lanes::model(|| {
        let pair = Arc::new(RwLock::new([0, 0]));
        let writer = thread::spawn({
            let pair = Arc::clone(&pair);
            move || {
                let mut pair = pair.write();
                pair[0] = 7;
                pair[1] = 7;
            }
        });
        let [one, two] = {
            let pair = pair.read();
            [pair[0], pair[1]]
        };
        writer.join().unwrap();
        assert_eq!(
            one, two,
            "a reader sees half of a change: a writer was in at the same time"
        );
    });
}

/// The same two edges for threads that do not wait.
#[test]
fn a_try_that_succeeds_sees_what_was_done_before() {
    lanes::model(|| {
        let hits = Arc::new(RwLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || {
                let written = hits.try_write().map(|mut hits| *hits += 1);
                let read = hits.try_read().map(|hits| *hits);
                (i32::from(written.is_some()), read)
            }
        });
        let read = hits.try_read().map(|hits| *hits);
        let mine = i32::from(hits.try_write().map(|mut hits| *hits += 1).is_some());
        let (theirs, their_read) = other.join().unwrap();
        assert!(read.is_none_or(|hits| hits <= theirs));
        assert!(their_read.is_none_or(|hits| (theirs..=theirs + mine).contains(&hits)));
        assert_eq!(
            *hits.read(),
            mine + theirs,
            "a change is lost: two writers were in at once"
        );
    });
}

/// read → write, for *every* reader: the writer reads what the last one left, and hears from the first as well.
#[test]
fn a_writer_waits_for_every_reader() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let mine = value.read();
        let reader = thread::spawn({
            let value = Arc::clone(&value);
            move || value.try_read().map(|value| *value)
        });
        let writer = thread::spawn({
            let value = Arc::clone(&value);
            move || value.try_write().map(|mut value| *value = 8).is_some()
        });
        assert_eq!(*mine, 7, "a writer was in while a reader was");
        drop(mine);
        let read = reader.join().unwrap();
        let written = writer.join().unwrap();
        assert!(read.is_none_or(|value| value == 7 || written && value == 8));
    });
}

/// A reader does not wait for a reader: one of them stays in until the other has been in.
#[test]
fn readers_do_not_wait_for_each_other() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let first = value.read();
        let other = thread::spawn({
            let value = Arc::clone(&value);
            move || *value.read()
        });
        let second = value.read();
        assert_eq!(other.join().unwrap(), 7);
        assert_eq!([*first, *second], [7, 7]);
    });
}

/// Only a writer is a reason to refuse a reader. Another reader that comes at the same time is not.
#[test]
fn readers_that_come_at_once_are_both_let_in() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let other = thread::spawn({
            let value = Arc::clone(&value);
            move || value.try_read().map(|value| *value)
        });
        let read = value.try_read().map(|value| *value);
        assert_eq!(
            [read, other.join().unwrap()],
            [Some(7), Some(7)],
            "a `try_read` is refused, and there is no writer: who was quicker?"
        );
    });
}

/// A reader and a writer that come at once: one of them gets in, and never both.
#[test]
fn a_reader_and_a_writer_are_never_both_in() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let writer = thread::spawn({
            let lock = Arc::clone(&lock);
            // Forgotten, so never unlocked: whoever comes second must be refused.
            move || lock.try_write().map(std::mem::forget).is_some()
        });
        let reads = lock.try_read().map(std::mem::forget).is_some();
        let writes = writer.join().unwrap();
        assert!(!(reads && writes), "a reader and a writer are both in");
        assert!(
            reads || writes,
            "the lock was free, yet neither reader nor writer got in"
        );
    });
}

/// Of two writers that come at once, one gets in.
#[test]
fn two_writers_are_never_both_in() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.try_write().map(std::mem::forget).is_some()
        });
        let mine = lock.try_write().map(std::mem::forget).is_some();
        let theirs = other.join().unwrap();
        assert!(!(mine && theirs), "two writers are both in");
        assert!(
            mine || theirs,
            "the lock was free, yet neither of two writers got in"
        );
    });
}

/// Only its own guard opens a lock: a thread that is refused changes nothing, not even for a moment.
#[test]
fn nobody_opens_a_lock_that_a_writer_holds() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let writer = lock.write();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                drop(lock.try_read());
                drop(lock.try_write());
            }
        });
        assert!(
            lock.try_write().is_none(),
            "a second writer while the first is in: who has opened the lock?"
        );
        drop(writer);
        other.join().unwrap();
    });
}

/// The same for a reader: another that comes and goes while it reads takes away only what is its own.
#[test]
fn nobody_opens_a_lock_that_a_reader_holds() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let reader = lock.read();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                drop(lock.try_write());
                drop(lock.read());
                drop(lock.try_write());
            }
        });
        assert!(
            lock.try_write().is_none(),
            "a writer while a reader is in: who has opened the lock?"
        );
        drop(reader);
        other.join().unwrap();
        assert!(
            lock.try_write().is_some(),
            "everybody has gone, and somebody is still counted"
        );
    });
}

/// A writer that waits keeps no reader out: readers come and go beside those that are in.
#[test]
fn a_writer_that_waits_keeps_no_reader_out() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(7));
        let first = lock.read();
        let writer = thread::spawn({
            let lock = Arc::clone(&lock);
            move || *lock.write() = 8
        });
        let second = lock.try_read();
        assert!(
            second.is_some(),
            "a `try_read` is refused, and no write guard is alive: does a writer that waits keep readers out?"
        );
        drop((first, second));
        writer.join().unwrap();
    });
}

/// The same for a reader that waits: one that reads once more does not wait for a writer that waits for it.
#[test]
fn a_reader_may_read_again_while_a_writer_waits() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(7));
        let first = lock.read();
        let writer = thread::spawn({
            let lock = Arc::clone(&lock);
            move || *lock.write() = 8
        });
        let second = lock.read();
        assert_eq!([*first, *second], [7, 7]);
        drop((first, second));
        writer.join().unwrap();
    });
}

/// A writer that is refused keeps no reader out, not even for a moment.
#[test]
fn a_writer_that_is_refused_keeps_no_reader_out() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(7));
        let first = lock.read();
        let writer = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.try_write().is_none()
        });
        assert!(
            lock.try_read().is_some(),
            "a `try_read` is refused, and no write guard is alive: does a writer that is refused keep readers out?"
        );
        assert!(writer.join().unwrap(), "a reader was in all the time");
        drop(first);
    });
}

/// However many readers come and go meanwhile, they are no reason to refuse another.
#[test]
fn a_reader_does_not_give_up_because_of_readers() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let other = thread::spawn({
            let value = Arc::clone(&value);
            move || {
                for _ in 0..2 {
                    drop(value.read());
                }
            }
        });
        assert!(
            value.try_read().is_some(),
            "a `try_read` is refused, and there is no writer: how often does it try?"
        );
        other.join().unwrap();
    });
}
