//! Every schedule of a small world, explored by `lanes`.
//!
//! Any wait may also end for no reason.

use std::sync::Arc;

use crate::sync::thread::{self, JoinHandle};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/writer_priority.rs"
    ));
}
pub(crate) use source::RwLock;

/// Starts a thread that adds one.
#[track_caller]
fn writer(lock: &Arc<RwLock<u32>>) -> JoinHandle<()> {
    let lock = Arc::clone(lock);
    thread::spawn(move || *lock.write() += 1)
}

/// Starts a thread that reads.
#[track_caller]
fn reader(lock: &Arc<RwLock<u32>>) -> JoinHandle<u32> {
    let lock = Arc::clone(lock);
    thread::spawn(move || *lock.read())
}

/// write → write: writers come one after the other, and each sees what the last one wrote.
#[test]
fn two_writers_lose_no_increment() {
    lanes::model(|| {
        let hits = Arc::new(RwLock::new(0));
        let other = writer(&hits);
        *hits.write() += 1;
        other.join().unwrap();
        assert_eq!(
            *hits.read(),
            2,
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
                thread::yield_now(); // time for others to wake up, for no reason as well
                pair[1] = 7;
            }
        });
        let [one, two] = {
            let pair = pair.read();
            let one = pair[0];
            thread::yield_now();
            [one, pair[1]]
        };
        writer.join().unwrap();
        assert_eq!(
            one, two,
            "a reader sees half of a change: a writer was in at the same time"
        );
    });
}

/// The same for those who do not wait, beside one who does.
#[test]
fn those_who_only_try_are_in_alone_too_and_wake_those_who_wait() {
    lanes::model(|| {
        let hits = Arc::new(RwLock::new(0));
        let other = writer(&hits);
        let read = hits.try_read().map(|hits| *hits);
        let mine = u32::from(hits.try_write().map(|mut hits| *hits += 1).is_some());
        other.join().unwrap();
        assert!(read.is_none_or(|hits| hits <= 1));
        assert_eq!(
            *hits.read(),
            1 + mine,
            "an increment is lost: two writers were in at once"
        );
    });
}

/// A writer that only tries is refused while a reader is in.
#[test]
fn a_reader_and_a_writer_that_tries_are_never_both_in() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let other = reader(&value);
        let written = value.try_write().map(|mut value| *value = 8).is_some();
        let read = other.join().unwrap();
        assert!(read == 7 || written && read == 8);
    });
}

/// Readers are in together: one of them stays in until the other has been in.
#[test]
fn readers_do_not_wait_for_each_other() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let first = value.read();
        let other = reader(&value);
        let second = value.read();
        assert_eq!(other.join().unwrap(), 7);
        assert_eq!([*first, *second], [7, 7]);
    });
}

/// last reader → writer: whoever of two readers is the last to go wakes the writer.
#[test]
fn the_last_reader_wakes_the_writer() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let mine = value.read();
        let other = reader(&value);
        let writer = writer(&value);
        assert_eq!(*mine, 7, "a writer was in while a reader was");
        drop(mine);
        writer.join().unwrap();
        assert!([7, 8].contains(&other.join().unwrap()));
    });
}

/// last reader → one of the writers that wait, however many they are; the other comes after it.
#[test]
fn the_last_reader_wakes_one_of_two_writers() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let mine = value.read();
        let writers = [writer(&value), writer(&value)];
        drop(mine);
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!(*value.read(), 9, "two writers add one each");
    });
}

/// writer → every reader that waits: none is forgotten.
#[test]
fn a_writer_wakes_every_reader() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let mut writing = value.write();
        let readers = [reader(&value), reader(&value)];
        *writing += 1;
        drop(writing);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), 8);
        }
    });
}

/// writer → the next writer: none is forgotten.
#[test]
fn a_writer_wakes_the_next_writer() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let mut writing = value.write();
        let writers = [writer(&value), writer(&value)];
        *writing += 1;
        drop(writing);
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!(*value.read(), 10);
    });
}

/// Readers and writers wait at once: whoever goes wakes one whom it helps.
#[test]
fn nobody_is_woken_in_somebody_elses_place() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let writing = value.write();
        let writer = writer(&value);
        let reader = reader(&value);
        drop(writing);
        writer.join().unwrap();
        assert!([7, 8].contains(&reader.join().unwrap()));
        assert!(
            value.try_write().is_some(),
            "everybody has gone, and somebody is still counted"
        );
    });
}

/// A schedule made by hand, and all that is left open in it: a writer waits, and no reader gets in before it.
#[test]
fn nobody_passes_a_writer_that_waits() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let reading = value.read();
        let writer = writer(&value);
        while value.waiting().writers == 0 {
            thread::yield_now();
        }
        assert!(
            value.try_read().is_none(),
            "a writer waits, and a reader passes it: a stream of readers would keep it out for ever"
        );
        drop(reading);
        let seen = *value.read();
        assert_eq!(
            seen, 8,
            "a reader came after the writer, and was in before it"
        );
        writer.join().unwrap();
    });
}

/// A reader waits, and then a writer does: the writer that goes lets in the reader first, and nobody else meanwhile.
#[test]
fn a_reader_that_waits_is_in_before_the_next_writer() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let writing = value.write();
        let reader = reader(&value);
        while value.waiting().readers == 0 {
            thread::yield_now();
        }
        let writer = writer(&value);
        drop(writing);
        assert_eq!(
            reader.join().unwrap(),
            7,
            "a reader waits, and a writer that came later was in before it"
        );
        writer.join().unwrap();
    });
}

/// Nobody passes a writer that waits, not even in the moment in which the lock is free and the writer not yet awake.
#[test]
fn a_try_read_does_not_pass_a_writer_that_wakes_up() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let reading = value.read();
        let writer = writer(&value);
        while value.waiting().writers == 0 {
            thread::yield_now();
        }
        drop(reading);
        let seen = value.try_read().map(|value| *value);
        assert_ne!(
            seen,
            Some(7),
            "a writer was waiting, and a reader came after it and was in before it: the lock was free, and the writer still \
             waited"
        );
        writer.join().unwrap();
    });
}

/// A writer that only tries is refused if somebody is in, and not because somebody waits.
#[test]
fn a_try_write_of_a_free_lock_succeeds_while_others_wait() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let reading = value.read();
        let writer = writer(&value);
        while value.waiting().writers == 0 {
            thread::yield_now();
        }
        drop(reading);
        let tried = value.try_write().is_some();
        let still_waits = value.waiting().writers == 1;
        assert!(
            tried || !still_waits,
            "a `try_write` is refused, and nobody is in: does a writer that waits keep it out?"
        );
        writer.join().unwrap();
    });
}

/// Readers that have been let in are in, awake or not: a writer that tries is refused.
#[test]
fn a_try_write_finds_the_readers_that_are_not_awake() {
    lanes::model(|| {
        let value = Arc::new(RwLock::new(7));
        let writing = value.write();
        let reader = reader(&value);
        while value.waiting().readers == 0 {
            thread::yield_now();
        }
        drop(writing);
        if let Some(mut value) = value.try_write() {
            *value += 1;
        }
        assert_eq!(
            reader.join().unwrap(),
            7,
            "a reader had been let in, and a `try_write` that came later was in before it"
        );
    });
}
