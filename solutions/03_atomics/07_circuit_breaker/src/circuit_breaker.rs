use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::sync::atomic::{AtomicU64, Ordering};

/// Stands between callers and a service that may fail: while it fails too often, calls are
/// rejected.
///
/// | state | [`admit`](Self::admit) says | left when |
/// |---|---|---|
/// | closed | yes | the failures among the last results exceed the budget: *open* |
/// | open | no, until the cool-down is over | then the next caller gets the one permit of *half-open* |
/// | half-open | no: a probe is in flight | the probe succeeds: *closed*; fails: *open* again |
///
/// # Epochs
///
/// Each change of state begins a new epoch. A permit belongs to the epoch in which it was issued,
/// and a report that arrives in a later epoch is stale: it is ignored. (Epochs wrap around after
/// 4,194,304. A report exactly that many changes late would be taken for a current one: ABA.)
///
/// # Ordering
///
/// None: a breaker protects no other memory, so being admitted does not synchronize with other
/// calls.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// use circuit_breaker::{CircuitBreaker, Settings, State};
///
/// let started = Instant::now();
/// let settings = Settings { window: 10, budget: 0, cool_down: Duration::from_secs(30) };
/// let breaker = CircuitBreaker::new(settings, move || started.elapsed());
///
/// fn fetch(breaker: &CircuitBreaker, address: &str) -> Result<u16, Box<dyn std::error::Error>> {
///     let permit = breaker.admit()?;
///     let port = address.parse()?; // fails, and drops the permit: a failure
///     permit.success();
///     Ok(port)
/// }
/// assert!(fetch(&breaker, "8080").is_ok());
/// assert!(fetch(&breaker, "nowhere").is_err());
/// assert_eq!(breaker.state(), State::Open);
/// ```
pub struct CircuitBreaker {
    /// All that changes: a packed [`Phase`].
    phase: AtomicU64,
    settings: Settings,
    clock: Box<dyn Fn() -> Duration + Send + Sync>,
}

/// When a [`CircuitBreaker`] opens, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many of the latest results count: 1 to 40.
    pub window: u32,
    /// How many of them may be failures. One more, and the breaker opens.
    pub budget: u32,
    /// How long it stays open before a probe is sent; rounded down to whole milliseconds.
    pub cool_down: Duration,
}

/// What state a [`CircuitBreaker`] is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls are admitted.
    Closed,
    /// Calls are rejected.
    Open,
    /// One call, the probe, is in flight.
    HalfOpen,
}

// ANCHOR: phase
/// The layout of a breaker's word.
///
/// | bits | closed | open | half-open |
/// |---|---|---|---|
/// | 0 to 1 | 0 | 1 | 2 |
/// | 2 to 23 | the epoch | the epoch | the epoch |
/// | 24 to 63 | the last results | the end of the cool-down, in ms | 0 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Phase {
    epoch: u64,
    state: State,
    /// In `Closed`: the last 40 results, a 1 for each failure, the latest lowest. In `Open`: when a probe may go.
    detail: u64,
}

impl Phase {
    const EPOCHS: u64 = 1 << 22;
    /// The largest detail: 40 bits, or 34 years.
    const DETAIL: u64 = (1 << 40) - 1;

    /// The phase that comes after this one: another state, and a new epoch.
    fn next(self, state: State, detail: u64) -> Self {
        let epoch = (self.epoch + 1) % Self::EPOCHS;
        Self {
            epoch,
            state,
            detail,
        }
    }

    fn pack(self) -> u64 {
        let state = match self.state {
            State::Closed => 0,
            State::Open => 1,
            State::HalfOpen => 2,
        };
        (self.detail.min(Self::DETAIL) << 24) | (self.epoch << 2) | state
    }

    fn unpack(word: u64) -> Self {
        let state = match word & 3 {
            0 => State::Closed,
            1 => State::Open,
            _ => State::HalfOpen,
        };
        Self {
            epoch: (word >> 2) % Self::EPOCHS,
            state,
            detail: word >> 24,
        }
    }
}
// ANCHOR_END: phase

impl CircuitBreaker {
    /// Makes a closed breaker that has seen no failure. `clock` returns the time elapsed since some
    /// fixed moment.
    ///
    /// The clock is read in `admit` and when a failure opens the breaker, which may be in the
    /// destructor of a [`Permit`]: it should not panic. It is clamped to 34 years; beyond that
    /// there is no cool-down.
    ///
    /// # Panics
    ///
    /// Panics if the window is 0 or larger than 40, or if the budget is not smaller than the window.
    pub fn new(settings: Settings, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let Settings { window, budget, .. } = settings;
        assert!(
            (1..=40).contains(&window),
            "a window is 1 to 40 results long, not {window}"
        );
        assert!(
            budget < window,
            "{budget} failures in {window} results are all of them: it would never open"
        );
        let closed = Phase {
            epoch: 0,
            state: State::Closed,
            detail: 0,
        };
        Self {
            phase: AtomicU64::new(closed.pack()),
            settings,
            clock: Box::new(clock),
        }
    }

    /// The state: a snapshot, which may be stale by the time you use it.
    pub fn state(&self) -> State {
        // Relaxed, as everywhere here: this word is the whole state.
        Phase::unpack(self.phase.load(Ordering::Relaxed)).state
    }

    // ANCHOR: admit
    /// Asks for a permit to call; never blocks.
    ///
    /// # Errors
    ///
    /// [`Rejected`], while the breaker is open or a probe is in flight.
    #[inline] // as are report and drop: a permit can then live in registers
    pub fn admit(&self) -> Result<Permit<'_>, Rejected> {
        // Relaxed here and below: this word is the whole state. It publishes
        // nothing else, and all threads agree on the modification order of one
        // word, whatever the ordering.
        let mut word = self.phase.load(Ordering::Relaxed);
        loop {
            let phase = Phase::unpack(word);
            let admitted = match phase.state {
                State::Closed => return Ok(self.permit(phase)),
                State::HalfOpen => return Err(Rejected::Probing),
                State::Open => {
                    let wait = phase.detail.saturating_sub(self.now());
                    if wait > 0 {
                        return Err(Rejected::Open {
                            wait: Duration::from_millis(wait),
                        });
                    }
                    phase.next(State::HalfOpen, 0)
                }
            };
            // Of all callers that see the cool-down over, one changes the word: the
            // probe.
            match self.phase.compare_exchange_weak(
                word,
                admitted.pack(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(self.permit(admitted)),
                Err(current) => word = current,
            }
        }
    }
    // ANCHOR_END: admit

    /// Given: a permit of this phase, which counts as a failure unless it is told otherwise.
    fn permit(&self, phase: Phase) -> Permit<'_> {
        Permit {
            breaker: self,
            epoch: phase.epoch,
            is_probe: phase.state == State::HalfOpen,
            verdict: Verdict::Failure,
        }
    }

    // ANCHOR: report
    /// Records a permit's verdict, unless its epoch is over.
    #[inline]
    fn report(&self, epoch: u64, verdict: Verdict) {
        let mut word = self.phase.load(Ordering::Relaxed); // as in `admit`
        loop {
            let phase = Phase::unpack(word);
            if phase.epoch != epoch {
                return;
            }
            let next = match (phase.state, verdict) {
                (State::Closed, Verdict::Nothing) => phase,
                (State::Closed, _) => self.closed_after(phase, verdict == Verdict::Failure),
                (State::HalfOpen, Verdict::Success) => phase.next(State::Closed, 0),
                (State::HalfOpen, Verdict::Failure) => self.open_after(phase),
                // Inconclusive: the next caller may probe at once.
                (State::HalfOpen, Verdict::Nothing) => phase.next(State::Open, 0),
                // No permit is issued in an open epoch.
                (State::Open, _) => return,
            };
            if next == phase {
                // Nothing changes: skip the write, which would invalidate the line
                // in other cores' caches.
                return;
            }
            match self.phase.compare_exchange_weak(
                word,
                next.pack(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(current) => word = current,
            }
        }
    }

    /// The phase after one more result in a closed phase: it shifts the oldest one
    /// out of the window.
    fn closed_after(&self, closed: Phase, failed: bool) -> Phase {
        let window = (1_u64 << self.settings.window) - 1;
        let results = ((closed.detail << 1) | u64::from(failed)) & window;
        if results.count_ones() > self.settings.budget {
            self.open_after(closed)
        } else {
            Phase {
                detail: results,
                ..closed
            }
        }
    }

    /// An open phase that begins now.
    fn open_after(&self, phase: Phase) -> Phase {
        let cool_down = millis(self.settings.cool_down);
        phase.next(State::Open, self.now() + cool_down)
    }
    // ANCHOR_END: report

    /// Given: the time, in milliseconds that fit in a phase's detail.
    fn now(&self) -> u64 {
        millis((self.clock)())
    }
}

/// Given: milliseconds that fit in a phase's detail, so the sum of two fits in a `u64`.
fn millis(time: Duration) -> u64 {
    time.as_millis().min(u128::from(Phase::DETAIL)) as u64
}

/// What is known about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Success,
    Failure,
    Nothing,
}

/// The right to make one call. Its drop reports the outcome.
///
/// Dropping a permit reports a *failure*, unless you have said otherwise: an early return, a `?`
/// and a panic all just drop it. It reports once:
///
/// ```compile_fail
/// # use std::time::Duration;
/// # use circuit_breaker::{CircuitBreaker, Settings};
/// # let settings = Settings { window: 10, budget: 3, cool_down: Duration::from_secs(30) };
/// # let breaker = CircuitBreaker::new(settings, || Duration::ZERO);
/// let permit = breaker.admit().unwrap();
/// permit.success();
/// permit.success(); // error[E0382]: use of moved value: `permit`
/// ```
///
/// not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use std::time::Duration;
/// # use circuit_breaker::{CircuitBreaker, Settings};
/// # let settings = Settings { window: 10, budget: 3, cool_down: Duration::from_secs(30) };
/// # let breaker = CircuitBreaker::new(settings, || Duration::ZERO);
/// breaker.admit().unwrap(); // error: unused `Permit` that must be used
/// ```
///
/// and it cannot outlive its breaker:
///
/// ```compile_fail
/// # use std::time::Duration;
/// # use circuit_breaker::{CircuitBreaker, Settings};
/// # let settings = Settings { window: 10, budget: 3, cool_down: Duration::from_secs(30) };
/// # let breaker = CircuitBreaker::new(settings, || Duration::ZERO);
/// let permit = breaker.admit().unwrap();
/// drop(breaker); // error[E0505]: cannot move out of `breaker` because it is borrowed
/// permit.success();
/// ```
///
/// It may move to another thread. A probe that is never dropped keeps its breaker half-open
/// forever, so give your calls a timeout.
#[must_use = "a permit that is dropped at once reports a failure"]
pub struct Permit<'a> {
    breaker: &'a CircuitBreaker,
    epoch: u64,
    is_probe: bool,
    verdict: Verdict,
}

impl Permit<'_> {
    /// Whether this is the one call of a half-open breaker.
    pub fn is_probe(&self) -> bool {
        self.is_probe
    }

    // ANCHOR: verdicts
    /// The call went well.
    #[inline]
    pub fn success(self) {
        let mut permit = self;
        permit.verdict = Verdict::Success;
    }

    /// The call failed. Dropping the permit reports the same.
    #[inline]
    pub fn failure(self) {}

    /// The call was not made, or was given up for the caller's own reasons: it says
    /// nothing about the service. After an abandoned probe, the next caller becomes
    /// the probe.
    #[inline]
    pub fn abandon(self) {
        let mut permit = self;
        permit.verdict = Verdict::Nothing;
    }
    // ANCHOR_END: verdicts
}

// ANCHOR: drop
impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.breaker.report(self.epoch, self.verdict);
    }
}
// ANCHOR_END: drop

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("epoch", &self.epoch)
            .field("is_probe", &self.is_probe)
            .finish_non_exhaustive()
    }
}

/// Why [`CircuitBreaker::admit`] says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// The breaker is open, and no probe is sent before this time is over.
    Open {
        /// What is left of the cool-down.
        wait: Duration,
    },
    /// A probe is in flight, and its result decides.
    Probing,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { wait } => write!(f, "the circuit is open; no call for {wait:?}"),
            Self::Probing => f.write_str("the circuit is half-open, and a probe is on its way"),
        }
    }
}

impl Error for Rejected {}
