//! How quiet is the machine? A benchmark cannot tell its own noise from its neighbours'; a loop that always does
//! the same can.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

/// Above this, somebody else is at work.
const QUIET: f64 = 0.05;

/// Times the same loop many times on all processors at once. Returns how far apart the slow and the fast
/// tenth are, as a share of the median: 0.01 is a quiet machine, 0.5 is one that compiles something.
pub(crate) fn spread() -> f64 {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let per_processor: Vec<f64> = thread::scope(|scope| {
        let running: Vec<_> = (0..processors).map(|_| scope.spawn(one_spread)).collect();
        running
            .into_iter()
            .map(|thread| thread.join().expect("the loop does not panic"))
            .collect()
    });
    per_processor.into_iter().fold(0.0, f64::max)
}

fn one_spread() -> f64 {
    let mut times: Vec<f64> = (0..1_000).map(|_| fixed_work()).collect();
    times.sort_by(f64::total_cmp);
    (times[899] - times[100]) / times[500]
}

/// About half a millisecond in which every step waits for the one before it.
fn fixed_work() -> f64 {
    let start = Instant::now();
    let mut value = 1_u64;
    for _ in 0..200_000 {
        value = black_box(value).wrapping_mul(0x5851_F42D_4C95_7F2D);
    }
    black_box(value);
    start.elapsed().as_secs_f64()
}

/// What to make of it.
pub(crate) fn verdict(spread: f64) -> String {
    let percent = spread * 100.0;
    if spread <= QUIET {
        format!("The machine was quiet: the same loop varied by {percent:.1} %.")
    } else {
        format!(
            "The machine was busy: the same loop varied by {percent:.1} %. The times above are worth \
             little; stop what else is running and record again."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_machine_is_told_to_try_again() {
        assert!(verdict(0.01).contains("quiet"));
        assert!(verdict(0.3).contains("record again"));
    }
}
