use std::hint;
use std::panic::resume_unwind;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often every thread passes the ball before work begins.
const PASSES: usize = 100;

/// How often a thread looks for the ball before it lets another thread run in its place.
const LOOKS: usize = 10_000;

/// How often a batch is done again because the threads were not at work at the same time.
const ATTEMPTS: usize = 5;

/// How several threads did their work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// From the first start to the last end.
    pub elapsed: Duration,
    /// The part of it in which all threads were between their start and their end.
    pub overlap: Duration,
}

impl Span {
    /// Whether the threads were in each other's way, or just took turns.
    ///
    /// Threads that share a processor do not overlap at all; threads that have one each overlap for more than nine
    /// tenths. An unfair lock may let one thread finish first while the other waits: that is at least a half.
    /// A batch too short to judge passes; its time is quoted nowhere.
    fn is_together(&self) -> bool {
        self.elapsed < Duration::from_micros(50) || self.overlap >= self.elapsed / 4
    }
}

/// Runs `work` once on each of `threads` threads. Work begins when all of them run.
///
/// That is more than that they have been started. Two threads may find themselves on one processor, take
/// turns of milliseconds, and each do a whole batch in its turn with the lock to itself: what looks like a
/// crowd is a queue. So they first pass a ball around. Where each has its processor that takes some
/// microseconds. Where not, it takes long enough for most operating systems to notice and move one of them.
///
/// # Panics
///
/// Panics if `work` does, with the same payload, or if there is no thread.
pub fn together(threads: usize, work: impl Fn() + Sync) -> Span {
    assert!(threads > 0, "there is no thread to work");
    let ball = AtomicUsize::new(0);
    let start_and_end = |me| {
        pass_the_ball(&ball, me, threads);
        let start = Instant::now();
        work();
        (start, Instant::now())
    };
    let spans: Vec<_> = thread::scope(|scope| {
        // Borrowed, so that every thread can have it.
        let start_and_end = &start_and_end;
        let running: Vec<_> = (0..threads)
            .map(|me| scope.spawn(move || start_and_end(me)))
            .collect();
        running
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|payload| resume_unwind(payload))
            })
            .collect()
    });
    // There is at least one.
    let (mut first_start, mut first_end) = spans[0];
    let (mut last_start, mut last_end) = spans[0];
    for (start, end) in spans {
        first_start = first_start.min(start);
        last_start = last_start.max(start);
        first_end = first_end.min(end);
        last_end = last_end.max(end);
    }
    Span {
        elapsed: last_end - first_start,
        overlap: first_end.saturating_duration_since(last_start),
    }
}

fn pass_the_ball(ball: &AtomicUsize, me: usize, threads: usize) {
    for pass in 0..PASSES {
        let mut looks = 0;
        // Relaxed: nothing but the ball itself is passed on.
        while ball.load(Ordering::Relaxed) != pass * threads + me {
            looks += 1;
            if looks % LOOKS == 0 {
                thread::yield_now();
            }
            hint::spin_loop();
        }
        ball.fetch_add(1, Ordering::Relaxed);
    }
}

/// Repeats `batch` until its threads were [`together`], and returns how long that one took.
///
/// Gives up after some attempts and says so, once: on a machine with fewer processors than threads, or with
/// other work to do, they may never be.
pub fn until_together(mut batch: impl FnMut() -> Span) -> Duration {
    let mut span = batch();
    for _ in 1..ATTEMPTS {
        if span.is_together() {
            return span.elapsed;
        }
        span = batch();
    }
    static WARNING: Once = Once::new();
    WARNING.call_once(|| {
        eprintln!(
            "warning: the threads did not get a processor each, so they took turns where they should have \
             competed; the times of several threads are too low"
        );
    });
    span.elapsed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::Mutex;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn every_thread_works_once_and_the_time_covers_all_of_them() {
        let threads = Mutex::new(HashSet::new());
        let span = together(3, || {
            thread::sleep(2 * MS);
            let me = thread::current().id();
            let is_new = threads.lock().expect("no holder panics").insert(me);
            assert!(is_new, "{me:?} works twice");
        });
        assert_eq!(threads.lock().expect("no holder panics").len(), 3);
        assert!(span.elapsed >= 2 * MS, "{span:?} is shorter than the work");
        assert!(span.overlap <= span.elapsed, "{span:?}");
    }

    #[test]
    #[should_panic(expected = "on purpose")]
    fn a_panic_at_work_is_passed_on() {
        together(2, || panic!("on purpose"));
    }

    #[test]
    fn a_batch_whose_threads_took_turns_is_done_again() {
        let spans = [(4, 0), (3, 0), (10, 5), (1, 1)];
        let mut spans = spans.into_iter().map(|(elapsed, overlap)| Span {
            elapsed: elapsed * MS,
            overlap: overlap * MS,
        });
        assert_eq!(until_together(|| spans.next().expect("enough")), 10 * MS);
        assert_eq!(spans.len(), 1, "and no more than needed");
    }

    #[test]
    fn a_machine_that_cannot_is_not_asked_for_ever() {
        let mut batches = 0;
        let elapsed = until_together(|| {
            batches += 1;
            Span {
                elapsed: MS,
                overlap: Duration::ZERO,
            }
        });
        assert_eq!((elapsed, batches), (MS, ATTEMPTS));
    }
}
