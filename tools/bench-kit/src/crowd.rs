use std::array;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::{Span, together, until_together};

/// Between which of its places a contended thing changes. How long a line travels between two processors depends on
/// its address, by a third and more. At one address a whole run would agree on a figure that the next run refutes.
const PLACES: usize = 64;

/// Begins at a cache line of its own, as does whatever comes after it.
///
/// It is 128 bytes: twice 64, because processors fetch lines in pairs, or have longer ones.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct OwnLine<T>(pub T);

/// The time of `rounds` rounds on each of `threads` threads, divided by `threads`: so criterion, which divides by
/// `rounds`, gets the time per round, whichever thread did it.
///
/// All threads do their rounds with the same `fresh()`. `check` gets the number of all rounds. Only the
/// rounds are timed.
///
/// # Panics
///
/// Panics where `round` or `check` does.
pub fn crowded<S: Sync>(
    threads: u32,
    rounds: u64,
    fresh: impl Fn() -> S,
    round: impl Fn(&S) + Sync,
    check: impl Fn(&S, u64),
) -> Duration {
    let work = |shared: &S, _| {
        for _ in 0..rounds {
            round(shared);
        }
    };
    at_work(threads, rounds, fresh, work, check)
}

/// As [`crowded`], where a thread needs something of its own: `work` does all `rounds` rounds of the thread with that
/// number, from 0.
///
/// # Panics
///
/// Panics where `work` or `check` does.
pub fn at_work<S: Sync>(
    threads: u32,
    rounds: u64,
    fresh: impl Fn() -> S,
    work: impl Fn(&S, usize) + Sync,
    check: impl Fn(&S, u64),
) -> Duration {
    static BATCHES: AtomicUsize = AtomicUsize::new(0);
    let places: [OwnLine<S>; PLACES] = array::from_fn(|_| OwnLine(fresh()));
    let batch = || {
        // There are fewer attempts than places, so this one is fresh.
        let OwnLine(shared) = &places[BATCHES.fetch_add(1, Ordering::Relaxed) % PLACES];
        let numbers = AtomicUsize::new(0);
        let span = together(threads as usize, || {
            work(shared, numbers.fetch_add(1, Ordering::Relaxed));
        });
        check(shared, rounds * u64::from(threads));
        span
    };
    competing(threads, batch) / threads
}

/// The time of a batch of so many threads that were at work [at the same time](until_together).
///
/// Where there are more of them than [`processors`], threads take turns: there it is what we ask for, and the first
/// batch is as good as another.
///
/// # Panics
///
/// Panics where `batch` does.
pub fn competing(threads: u32, mut batch: impl FnMut() -> Span) -> Duration {
    if threads > processors() {
        batch().elapsed
    } else {
        until_together(batch)
    }
}

/// One thread, two, and one for each processor, up to eight.
pub fn crowds() -> Vec<u32> {
    let mut crowds = vec![1, 2, processors()];
    crowds.sort_unstable();
    crowds.dedup();
    crowds
}

/// One thread, two, four and so on, up to one for each processor, up to eight: how the cost grows.
pub fn doubling_crowds() -> Vec<u32> {
    let most = processors().max(2);
    let doubled = iter::successors(Some(1), |threads| Some(threads * 2));
    doubled
        .take_while(|&threads| threads < most)
        .chain([most])
        .collect()
}

/// How many processors there are for us; more than eight count as eight.
pub fn processors() -> u32 {
    thread::available_parallelism().map_or(2, |processors| processors.get().min(8) as u32)
}

/// The name of a row for a crowd: `fetch_add, 2 threads`.
pub fn named(row: &str, threads: u32) -> String {
    let s = if threads == 1 { "" } else { "s" };
    format!("{row}, {threads} thread{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_works_with_its_own_number_on_the_same_thing() {
        at_work(
            3,
            100,
            <[AtomicUsize; 3]>::default,
            |counts, me| _ = counts[me].fetch_add(100, Ordering::Relaxed),
            |counts, all| {
                assert_eq!(all, 300);
                for count in counts {
                    assert_eq!(count.load(Ordering::Relaxed), 100);
                }
            },
        );
    }

    #[test]
    fn a_crowd_grows_from_one_thread_to_one_for_each_processor() {
        for crowds in [crowds(), doubling_crowds()] {
            assert_eq!(crowds[..2], [1, 2]);
            assert_eq!(crowds.last(), Some(&processors().max(2)));
            assert!(crowds.is_sorted_by(|one, next| one < next), "{crowds:?}");
        }
    }

    #[test]
    fn more_threads_than_processors_are_not_asked_to_be_together() {
        let one_after_the_other = Span {
            elapsed: Duration::from_millis(4),
            overlap: Duration::ZERO,
        };
        let mut batches = 0;
        let elapsed = competing(processors() + 1, || {
            batches += 1;
            one_after_the_other
        });
        assert_eq!((elapsed, batches), (one_after_the_other.elapsed, 1));
    }

    #[test]
    fn every_thread_does_its_rounds() {
        crowded(
            2,
            100,
            AtomicUsize::default,
            |count| _ = count.fetch_add(1, Ordering::Relaxed),
            |count, all| assert_eq!(count.load(Ordering::Relaxed) as u64, all),
        );
    }

    #[test]
    #[should_panic(expected = "not what it should be")]
    fn a_wrong_result_is_told() {
        crowded(
            1,
            1,
            || (),
            |()| (),
            |(), _| panic!("not what it should be"),
        );
    }
}
