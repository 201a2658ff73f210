//! Every schedule of a small world, explored by `lanes`.
//!
//! A value is torn if its words come from different writes. Here every write stores the same number in both words.

use std::sync::Arc;

use crate::sync::atomic::before_each_load;
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
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/seqlock.rs"));
}
use source::SeqLock;

/// Reads, and makes sure that the two words belong together.
fn read_whole(lock: &SeqLock<2>) -> u64 {
    whole(lock.read())
}

#[track_caller]
fn whole([first, second]: [u64; 2]) -> u64 {
    assert_eq!(
        first, second,
        "a torn value: the two words are of different writes"
    );
    first
}

/// Writes on this thread and reads on another, which may be shown old words, new ones, or some of both.
fn write_and_read<R: Send + 'static>(
    write: impl FnOnce(&SeqLock<2>),
    read: impl FnOnce(&SeqLock<2>) -> R + Send + 'static,
) -> R {
    let lock = Arc::new(SeqLock::new([0, 0]));
    let reader = thread::spawn({
        let lock = Arc::clone(&lock);
        move || read(&lock)
    });
    write(&lock);
    reader.join().unwrap()
}

/// Reads on this thread, and writes on another. Fewer schedules than with the roles changed, for longer programs.
fn read_and_write<R>(
    read: impl FnOnce(&SeqLock<2>) -> R,
    write: impl FnOnce(&SeqLock<2>) + Send + 'static,
) -> R {
    let lock = Arc::new(SeqLock::new([0, 0]));
    let writer = thread::spawn({
        let lock = Arc::clone(&lock);
        move || write(&lock)
    });
    let seen = read(&lock);
    writer.join().unwrap();
    seen
}

/// words stored → number stored → number read → words read; and back again. A reader gets all of a write, or nothing of it.
#[test]
fn no_torn_value_is_returned() {
    lanes::model(|| {
        let seen = write_and_read(|lock| *lock.write() = [1, 1], read_whole);
        assert!(seen <= 1);
    });
}

/// The same for an attempt that does not try again: it may give up, and is not to be wrong.
#[test]
fn an_attempt_is_whole_or_none() {
    lanes::model(|| {
        let seen = write_and_read(
            |lock| {
                *lock.write() = [1, 1];
                assert_eq!(
                    lock.try_read(),
                    Some([1, 1]),
                    "no writer is at it: the first attempt should do"
                );
            },
            SeqLock::try_read,
        );
        if let Some(words) = seen {
            whole(words);
        }
    });
}

/// Two writes during one read: the number has to move with each of them, and never back.
#[test]
fn a_read_notices_two_writes() {
    lanes::model(|| {
        let seen = read_and_write(SeqLock::try_read, |lock| {
            *lock.write() = [1, 1];
            *lock.write() = [2, 2];
        });
        if let Some(words) = seen {
            whole(words);
        }
    });
}

/// guard dropped → next guard: writers come one after the other, and none begins with an old value.
#[test]
fn writers_exclude_each_other() {
    lanes::model(|| {
        let lock = Arc::new(SeqLock::new([0, 0]));
        let add_one = |lock: &SeqLock<2>| {
            let mut words = lock.write();
            whole(*words);
            *words = words.map(|word| word + 1);
        };
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || add_one(&lock)
        });
        add_one(&lock);
        other.join().unwrap();
        assert_eq!(
            read_whole(&lock),
            2,
            "an addition is lost: two writers were at it at once"
        );
    });
}

/// One that writes and then reads, beside another that writes: it sees its own write or the other's, and nothing in between.
#[test]
fn a_writer_that_reads_sees_one_of_two_writes() {
    lanes::model(|| {
        let seen = read_and_write(
            |lock| {
                *lock.write() = [1, 1];
                read_whole(lock)
            },
            |lock| *lock.write() = [2, 2],
        );
        assert_ne!(seen, 0, "its own write has ended before it reads");
    });
}

/// Whoever has seen a value never sees an older one.
#[test]
fn reads_never_go_backwards() {
    lanes::model(|| {
        let [earlier, later] = read_and_write(
            |lock| [lock.try_read(), lock.try_read()],
            |lock| *lock.write() = [1, 1],
        );
        if let (Some(earlier), Some(later)) = (earlier, later) {
            assert!(
                whole(earlier) <= whole(later),
                "an older value after a newer one"
            );
        }
    });
}

/// A page beside the lock, without a lock of its own: whoever has read that it is written may read it.
struct Page(UnsafeCell<u32>);

// SAFETY: whether the page is read only when it is written is the question that the model asks. It sees every access and
// reports two that meet.
unsafe impl Sync for Page {}

/// anything → write → read of that write: not only the words arrive.
#[test]
fn what_was_done_before_the_write_is_seen() {
    lanes::model(|| {
        let page = Arc::new(Page(UnsafeCell::new(0)));
        let same = Arc::clone(&page);
        write_and_read(
            |lock| {
                // SAFETY: see `Page`.
                page.0.with_mut(|page| unsafe { *page = 7 });
                *lock.write() = [1, 1];
            },
            move |lock| {
                if lock.try_read() == Some([1, 1]) {
                    // SAFETY: see `Page`.
                    assert_eq!(same.0.with(|page| unsafe { *page }), 7);
                }
            },
        );
    });
}

/// Writes of one word each, in turn: a reader sees them one after the other, as they were made, and never the second without
/// the first.
#[test]
fn changes_of_one_word_come_in_order() {
    lanes::model(|| {
        let seen = read_and_write(SeqLock::try_read, |lock| {
            lock.write()[0] = 1;
            lock.write()[1] = 1;
        });
        assert_ne!(
            seen,
            Some([0, 1]),
            "the second change without the first: the two words are of different writes"
        );
    });
}

/// However often a writer comes in between, a read goes on until it has words that belong together. (Here a write is made
/// before every second load of the reader, more than a thousand times.)
#[test]
fn a_read_does_not_give_up() {
    const WRITES: u64 = 1_100;
    lanes::Model::new()
        .allow_one_schedule()
        .max_steps(200_000)
        .check(|| {
            let lock = Arc::new(SeqLock::new([0, 0]));
            let mut loads = 0;
            let meanwhile = {
                let lock = Arc::clone(&lock);
                move || {
                    loads += 1;
                    if loads % 2 == 0 && loads <= 2 * WRITES {
                        *lock.write() = [loads, loads];
                    }
                }
            };
            let seen = before_each_load(meanwhile, || lock.read());
            whole(seen);
        });
}
