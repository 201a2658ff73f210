use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Runs `work` once on each of `threads` threads, and returns the time from the first start to the last end.
///
/// The clock starts when all threads are up and running. They wait for each other by asking, not in a
/// [`Barrier`](std::sync::Barrier): who sleeps in one wakes up some 50 µs after the others, which would have
/// the lock to themselves for so long.
///
/// # Panics
///
/// Panics if `work` does, with the same payload.
pub fn together(threads: usize, work: impl Fn() + Sync) -> Duration {
    let ready = AtomicUsize::new(0);
    let start_and_end = || {
        // Relaxed: nothing but the number itself is passed on.
        ready.fetch_add(1, Ordering::Relaxed);
        while ready.load(Ordering::Relaxed) < threads {
            thread::yield_now();
        }
        let start = Instant::now();
        work();
        (start, Instant::now())
    };
    let spans: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(start_and_end)).collect();
        running
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|payload| resume_unwind(payload))
            })
            .collect()
    });
    let first = spans.iter().map(|&(start, _)| start).min();
    let last = spans.iter().map(|&(_, end)| end).max();
    match (first, last) {
        (Some(first), Some(last)) => last - first,
        _ => Duration::ZERO, // no threads, no work
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_thread_works_once_and_the_time_covers_all_of_them() {
        let names = Mutex::new(Vec::new());
        let pause = Duration::from_millis(2);
        let elapsed = together(3, || {
            thread::sleep(pause);
            names
                .lock()
                .expect("nobody panics")
                .push(thread::current().id());
        });
        let mut names = names.into_inner().expect("nobody panics");
        names.dedup();
        assert_eq!(names.len(), 3, "three different threads");
        assert!(elapsed >= pause, "{elapsed:?} is shorter than the work");
    }

    #[test]
    #[should_panic(expected = "on purpose")]
    fn a_panic_at_work_is_passed_on() {
        together(2, || panic!("on purpose"));
    }
}
