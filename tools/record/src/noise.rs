//! How quiet is the machine? A benchmark cannot tell its own noise from its neighbours'; a loop that always does
//! the same can.

use std::hint::black_box;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bench_kit::together;

/// Above this, another program is at work.
pub(crate) const QUIET: f64 = 0.05;

/// Above this, times are of no use, and threads that should compete hardly ever meet.
const HOPELESS: f64 = 0.25;

/// How often a busy machine is asked again, and how long it is left alone before.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// How much longer a loop that never changes took on average than in its best tenth: 0.01 on a quiet machine, 1.0 on one
/// where another program wants every processor too.
///
/// The least of some tries: what is really at work is so in each of them, and what a benchmark leaves behind when it ends
/// is gone after the first.
pub(crate) fn noise() -> f64 {
    least(once, || thread::sleep(PAUSE))
}

fn least(mut once: impl FnMut() -> f64, mut pause: impl FnMut()) -> f64 {
    let mut least = once();
    for _ in 1..TRIES {
        if least <= QUIET {
            break;
        }
        pause();
        least = least.min(once());
    }
    least
}

/// Times the same loop many times on all processors at once.
///
/// The threads have to be [`together`], each on a processor of its own. Two that were just started may share one for
/// tens of milliseconds, above all after a crowd, and would take each other for noise: 15 to 19 % of it, where nothing
/// else ran.
fn once() -> f64 {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let most = Mutex::new(0.0_f64);
    together(processors, || {
        let excess = excess((0..1_000).map(|_| fixed_work()).collect());
        let mut most = most.lock().expect("no holder panics");
        *most = most.max(excess);
    });
    most.into_inner().expect("no holder panicked")
}

/// The average, not another rank: a thread that waits for a processor waits long and seldom, and of a thousand short loops
/// nine hundred may not have noticed.
fn excess(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let average = times.iter().sum::<f64>() / times.len() as f64;
    average / times[times.len() / 10] - 1.0
}

/// Some tenths of a millisecond in which every step waits for the one before it.
fn fixed_work() -> f64 {
    let start = Instant::now();
    let mut value = 1_u64;
    for _ in 0..200_000 {
        value = black_box(value).wrapping_mul(0x5851_F42D_4C95_7F2D);
    }
    black_box(value);
    start.elapsed().as_secs_f64()
}

/// Refuses a machine that is too busy, unless it is to be `anyway`.
pub(crate) fn accept(noise: f64, anyway: bool) -> Result<()> {
    if noise > HOPELESS && !anyway {
        bail!(
            "the machine is busy with other things: a loop that never changes took {:.0} % longer than at its best. \
             Stop what else is running and try again, or say --busy if you must",
            noise * 100.0
        );
    }
    Ok(())
}

/// What to make of it.
pub(crate) fn verdict(noise: f64) -> String {
    let percent = noise * 100.0;
    if noise <= QUIET {
        format!("The machine is quiet: the same loop took {percent:.1} % longer than at its best.")
    } else {
        format!(
            "The machine is busy: the same loop took {percent:.1} % longer than at its best. Times taken now are \
             worth little; stop what else is running and record again."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_waits_count_however_seldom_they_are() {
        assert_eq!(excess(vec![1.0; 100]), 0.0);
        let mut one_wait = vec![1.0; 100];
        one_wait[50] = 101.0;
        assert_eq!(excess(one_wait), 1.0);
    }

    #[test]
    fn what_is_over_at_once_is_no_noise_and_what_stays_is() {
        let least_of = |tries: &[f64]| {
            let mut tries = tries.iter().copied();
            least(|| tries.next().expect("it stops"), || ())
        };
        assert_eq!(least_of(&[0.01]), 0.01);
        assert_eq!(least_of(&[0.19, 0.01]), 0.01);
        assert_eq!(least_of(&[1.0, 0.8, 0.9]), 0.8);
    }

    #[test]
    fn a_machine_without_time_for_us_is_refused() {
        assert!(accept(0.1, false).is_ok());
        assert!(accept(1.0, true).is_ok());
        let error = accept(1.0, false).expect_err("half of the time is gone");
        assert!(error.to_string().contains("100 %"), "{error}");
    }

    #[test]
    fn a_busy_machine_is_told_to_try_again() {
        assert!(verdict(0.01).contains("quiet"));
        assert!(verdict(0.3).contains("record again"));
    }
}
