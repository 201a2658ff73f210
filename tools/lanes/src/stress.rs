//! Stress: real threads, a fixed amount of work, and a headline instead of a stuck terminal.
//!
//! A model explores every schedule of a small world; a stress test runs a large world under the few
//! schedules that the machine happens to take. Both are needed: models know nothing of your real
//! threads, your real `std` types, or numbers above a handful.
//!
//! Nothing here passes or fails on speed. A thread counts as stuck only when *no* thread of the test has
//! finished a round for [`STUCK_AFTER`]; a slow machine is merely slow, and on a busy one only what the test computes
//! counts. Stuck threads cannot be stopped
//! from outside in Rust, so they are left behind, and the test fails with their names. That is why the
//! closures must be `'static`: share what they use through an `Arc`.

mod apart;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use crate::patience::Patience;
use crate::watcher::pulse;

pub use apart::{aborts, apart};

/// How long nothing at all may move before the threads that are left are called stuck.
///
/// Not by the clock on the wall: while the test has to share the processors with others, only the time counts in which it
/// computes.
pub const STUCK_AFTER: Duration = Duration::from_secs(3);
/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Runs `work` on a thread of its own and returns its result.
///
/// For a test on one thread that could wait for ever, such as a second `lock` after a guard that should
/// have unlocked. `what` completes the sentence "… never finished".
///
/// # Panics
///
/// Panics where `work` does, with the same payload, and where `work` has not returned after
/// [`STUCK_AFTER`].
///
/// # Examples
///
/// ```
/// let sum = lanes::stress::finishes("the sum", || 1 + 1);
/// assert_eq!(sum, 2);
/// ```
#[track_caller]
pub fn finishes<R: Send + 'static>(what: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    let (result, finished) = mpsc::channel();
    let worker = spawn_named(what.to_owned(), move || {
        // The receiver is gone only if the test has already failed.
        let _ = result.send(work());
    });
    let mut patience = Patience::with_us(STUCK_AFTER);
    loop {
        match finished.recv_timeout(LOOK_EVERY) {
            Ok(value) => {
                pulse();
                rejoin(worker);
                return value;
            }
            // The sender was dropped without a value: `work` panicked.
            Err(RecvTimeoutError::Disconnected) => {
                rejoin(worker);
                unreachable!("a worker that sent nothing has panicked")
            }
            Err(RecvTimeoutError::Timeout) if patience.is_over() => panic!(
                "hang: {what} never finished (nothing moved for {} s): something waits for a release that never comes",
                STUCK_AFTER.as_secs()
            ),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Runs a `test` in which no call has anything to wait for: [`finishes`], in the words for that.
///
/// # Panics
///
/// Panics where `test` does, with the same payload, and where it has not returned after [`STUCK_AFTER`].
///
/// # Examples
///
/// ```
/// lanes::stress::at_once(|| {
///     let lock = std::sync::Mutex::new(7);
///     assert_eq!(*lock.lock().unwrap(), 7);
/// });
/// ```
#[track_caller]
pub fn at_once(test: impl FnOnce() + Send + 'static) {
    finishes("a call that has nothing to wait for", test);
}

/// Runs `round(thread, n)` for `n` in `0..rounds` on each of `threads` threads, all starting together.
///
/// # Panics
///
/// Panics where a round does, with the same payload, and where some threads are stuck: the message names
/// them and the round each of them is in.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// let rounds = Arc::new(AtomicUsize::new(0));
/// let count = Arc::clone(&rounds);
/// lanes::stress::together(4, 100, move |_thread, _round| {
///     count.fetch_add(1, Ordering::Relaxed);
/// });
/// assert_eq!(rounds.load(Ordering::Relaxed), 400);
/// ```
#[track_caller]
pub fn together(
    threads: usize,
    rounds: usize,
    round: impl Fn(usize, usize) + Send + Sync + 'static,
) {
    let round = Arc::new(round);
    let start = Arc::new(Barrier::new(threads));
    let done: Arc<[AtomicUsize]> = (0..threads).map(|_| AtomicUsize::new(0)).collect();
    let (ended, endings) = mpsc::channel();

    let mut workers: Vec<_> = (0..threads)
        .map(|thread| {
            let (round, start, done) = (Arc::clone(&round), Arc::clone(&start), Arc::clone(&done));
            let ending = Ending {
                thread,
                ended: ended.clone(),
            };
            Some(spawn_named(format!("stress thread {thread}"), move || {
                let _ending = ending;
                start.wait();
                for n in 0..rounds {
                    round(thread, n);
                    done[thread].store(n + 1, Ordering::Relaxed);
                }
            }))
        })
        .collect();

    let progress = || -> usize { done.iter().map(|n| n.load(Ordering::Relaxed)).sum() };
    let mut last = progress();
    let mut patience = Patience::with_us(STUCK_AFTER);
    while workers.iter().any(Option::is_some) {
        match endings.recv_timeout(LOOK_EVERY) {
            Ok(thread) => {
                rejoin(workers[thread].take().expect("a thread ends once"));
                patience.renew();
                pulse();
            }
            Err(_) if progress() != last => {
                last = progress();
                patience.renew();
                pulse();
            }
            Err(_) if patience.is_over() => panic!("{}", stuck(&workers, &done, rounds)),
            Err(_) => {}
        }
    }
}

/// Tells the watcher that a thread has ended, on return and on panic alike.
struct Ending {
    thread: usize,
    ended: mpsc::Sender<usize>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        // The watcher is gone only if the test has already failed.
        let _ = self.ended.send(self.thread);
    }
}

fn spawn_named<R: Send + 'static>(
    name: String,
    work: impl FnOnce() -> R + Send + 'static,
) -> thread::JoinHandle<R> {
    thread::Builder::new()
        .name(name)
        .spawn(work)
        .expect("the system has a thread to spare")
}

/// Joins a thread that has ended and carries its panic on, if it had one.
fn rejoin(worker: thread::JoinHandle<()>) {
    if let Err(panic) = worker.join() {
        std::panic::resume_unwind(panic);
    }
}

fn stuck(
    workers: &[Option<thread::JoinHandle<()>>],
    done: &[AtomicUsize],
    rounds: usize,
) -> String {
    let stuck: Vec<String> = workers
        .iter()
        .enumerate()
        .filter(|(_, worker)| worker.is_some())
        .map(|(thread, _)| {
            let round = done[thread].load(Ordering::Relaxed) + 1;
            format!("thread {thread} (round {round} of {rounds})")
        })
        .collect();
    format!(
        "hang: {} never finished (nothing moved for {} s): something waits for a release or a wake-up that never comes",
        stuck.join(", "),
        STUCK_AFTER.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn message_of(test: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(test)).expect_err("this should fail");
        match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => payload
                .downcast_ref::<&str>()
                .copied()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn every_thread_runs_every_round() {
        let rounds: Arc<[AtomicUsize]> = (0..3).map(|_| AtomicUsize::new(0)).collect();
        let count = Arc::clone(&rounds);
        together(3, 10, move |thread, n| {
            assert_eq!(count[thread].fetch_add(1, Ordering::Relaxed), n);
        });
        assert!(rounds.iter().all(|n| n.load(Ordering::Relaxed) == 10));
    }

    #[test]
    fn a_panic_in_a_round_fails_the_test_with_its_own_message() {
        let message = message_of(|| {
            together(2, 5, |thread, n| {
                assert!(thread == 0 || n < 3, "round three is broken")
            });
        });
        assert!(message.contains("round three is broken"), "{message}");
    }

    #[test]
    fn stuck_threads_are_named_with_their_round() {
        let message = message_of(|| {
            together(3, 4, |thread, n| {
                if thread == 1 && n == 2 {
                    loop {
                        thread::park();
                    }
                }
            });
        });
        assert!(
            message.contains("thread 1 (round 3 of 4) never finished"),
            "{message}"
        );
        assert!(!message.contains("thread 0"), "{message}");
    }

    #[test]
    fn a_hang_on_one_thread_becomes_a_headline() {
        let message = message_of(|| {
            finishes("the second lock", || {
                loop {
                    thread::park();
                }
            })
        });
        assert!(
            message.contains("the second lock never finished"),
            "{message}"
        );
    }

    #[test]
    fn a_call_that_should_not_wait_and_does_is_a_hang() {
        let message = message_of(|| at_once(|| thread::park_timeout(STUCK_AFTER * 100)));
        assert!(
            message.contains("a call that has nothing to wait for never finished"),
            "{message}"
        );
    }

    #[test]
    fn a_panic_on_the_watched_thread_is_passed_on() {
        let message = message_of(|| finishes("a broken test", || panic!("my own words")));
        assert_eq!(message, "my own words");
    }
}
