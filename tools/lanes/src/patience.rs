//! How long nothing may move: a clock that goes slower while a process has to wait for the machine.
//!
//! A limit in seconds of the clock on the wall fails honest tests on a machine that is busy with other things. A limit
//! in seconds of computing never ends a thread that sleeps. So both count. Time in which no thread of the process could
//! go on counts in full: whatever it waits for, it is not the machine. Where one could, it may have waited for a processor:
//! then twice the time counts that the process has computed, as long as that is less; but never less than a twentieth, so
//! that there is an end on the busiest machine.

use std::time::{Duration, Instant};

use crate::usage::Usage;

/// How many times the time counts in which a process computes.
///
/// An honest test in which nothing is seen to move computes for a quarter of a second at most (2026, all exercises), and
/// three seconds of patience give it one and a half. With half a processor a hang is told as soon as with a whole one.
const COMPUTED: u32 = 2;
/// What part of the time counts at least.
const AT_LEAST: u32 = 10;

/// How long a process has not moved.
#[derive(Debug)]
pub(crate) struct Patience {
    process: u32,
    limit: Duration,
    spent: Duration,
    in_all: Duration,
    looked: Instant,
    last: Usage,
}

impl Patience {
    /// Patience with another process, which has only just begun.
    pub(crate) fn with(process: u32, limit: Duration) -> Self {
        Self {
            process,
            limit,
            spent: Duration::ZERO,
            in_all: Duration::ZERO,
            looked: Instant::now(),
            last: Usage::default(),
        }
    }

    /// Patience with this process.
    pub(crate) fn with_us(limit: Duration) -> Self {
        let process = std::process::id();
        Self {
            last: Usage::of(process),
            ..Self::with(process, limit)
        }
    }

    /// Something has moved.
    pub(crate) fn renew(&mut self) {
        self.look();
        self.spent = Duration::ZERO;
    }

    /// Has to be asked again and again, some ten times in a second: it looks whether the process is held up.
    pub(crate) fn is_over(&mut self) -> bool {
        self.look();
        self.spent >= self.limit
    }

    /// How long it has gone on, by the same clock and with what moved.
    pub(crate) fn in_all(&self) -> Duration {
        self.in_all
    }

    /// What the last look saw.
    pub(crate) fn last(&self) -> &Usage {
        &self.last
    }

    fn look(&mut self) {
        let (now, usage) = (Instant::now(), Usage::of(self.process));
        let counts = counted(
            now - self.looked,
            usage.computed.saturating_sub(self.last.computed),
            usage.was_held_up(&self.last),
        );
        self.spent += counts;
        self.in_all += counts;
        (self.looked, self.last) = (now, usage);
    }
}

fn counted(passed: Duration, computed: Duration, was_held_up: bool) -> Duration {
    if was_held_up {
        (computed * COMPUTED).clamp(passed / AT_LEAST, passed)
    } else {
        passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_process_that_sleeps_is_charged_what_passes() {
        assert_eq!(counted(SECOND, Duration::ZERO, false), SECOND);
    }

    #[test]
    fn a_process_that_has_to_wait_for_the_machine_is_charged_what_it_computes() {
        assert_eq!(counted(SECOND, SECOND / 8, true), SECOND / 4);
        assert_eq!(counted(SECOND, SECOND / 2, true), SECOND);
        assert_eq!(counted(SECOND, SECOND * 2, true), SECOND);
        assert_eq!(counted(SECOND, Duration::ZERO, true), SECOND / AT_LEAST);
    }

    #[test]
    fn patience_with_a_sleeper_ends_when_its_time_has_passed() {
        let (began, limit) = (Instant::now(), Duration::from_millis(200));
        let mut patience = Patience::with_us(limit);
        while !patience.is_over() {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(began.elapsed() >= limit);
        patience.renew();
        assert!(!patience.is_over());
    }
}
