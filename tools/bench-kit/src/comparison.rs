use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{env, process};

use criterion::{Criterion, SamplingMode};

use crate::median::{Interval, median};
use crate::profile;
use crate::ratios::{RATIOS_DIR, Ratios, Row};
use crate::selection::is_selected;
use crate::trial::{Trial, trial};

/// Rounds of one half of a pair: 0.1 ms for the fastest lock. Long against reading the clock, short
/// against what disturbs a machine. Nothing shorter is ever timed, unless its rounds are long.
const TURN: u64 = 20_000;

/// Rounds of the run in which a row proves that it works.
const TRIAL: u64 = 100;

/// How long that run may take. A lock that hangs is found here, not in a benchmark that never ends.
/// It is long, because several threads on a machine with other work to do may take long to find each other.
const PATIENCE: Duration = Duration::from_secs(60);

/// Criterion as our benchmarks use it, with the command line applied.
pub fn criterion() -> Criterion {
    let criterion = Criterion::default()
        .without_plots()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    profile::hooked_into(criterion).configure_from_args()
}

/// Does a number of rounds, checks the result, and says how long the rounds took.
type Time = dyn Fn(u64) -> Duration + Send + Sync;

/// Things that do the same work in different ways, to be timed beside each other.
///
/// A row is a function from a number of rounds to the time that they took. It starts its clock when everything
/// stands ready, stops it before it checks the result, and panics if the result is wrong: so every timed batch
/// is checked, and checking costs nothing.
///
/// ```
/// use bench_kit::Comparison;
/// use std::hint::black_box;
/// use std::time::{Duration, Instant};
///
/// fn count(rounds: u64, step: impl Fn(&mut u64)) -> Duration {
///     let mut sum = 0;
///     let start = Instant::now();
///     for _ in 0..rounds {
///         step(black_box(&mut sum));
///     }
///     let elapsed = start.elapsed();
///     assert_eq!(sum, rounds);
///     elapsed
/// }
///
/// Comparison::new("counting", "Counting up, or down from the other end")
///     .row("up", Some("up"), |rounds| count(rounds, |sum| *sum += 1))
///     .row("down", Some("up"), |rounds| count(rounds, |sum| *sum = !(!*sum - 1)))
///     .run(&mut criterion::Criterion::default().with_filter("none of them"));
/// ```
#[must_use = "call `run`"]
pub struct Comparison {
    group: &'static str,
    title: &'static str,
    crates: Vec<String>,
    versions: BTreeMap<String, String>,
    turn: u64,
    /// If not, its rows are neither tried nor timed.
    is_selected: bool,
    rows: Vec<Contestant>,
}

struct Contestant {
    name: String,
    baseline: Option<String>,
    time: Arc<Time>,
}

impl Contestant {
    /// Callgrind knows it by its name, and counts nothing else.
    #[inline(never)]
    fn counted(&self, rounds: u64) {
        (self.time)(rounds);
    }

    fn named(&self, ratio: Option<Interval>) -> Row {
        Row {
            name: self.name.clone(),
            baseline: self.baseline.clone(),
            ratio,
        }
    }
}

impl Comparison {
    /// An empty comparison: criterion's group, and a line for people.
    pub fn new(group: &'static str, title: &'static str) -> Self {
        Self {
            group,
            title,
            crates: vec!["criterion".into()],
            versions: BTreeMap::new(),
            turn: TURN,
            is_selected: is_selected(group),
            rows: Vec::new(),
        }
    }

    /// Names a crate whose version belongs under the figure.
    pub fn with_crate(mut self, name: &str) -> Self {
        self.crates.push(name.into());
        self
    }

    /// Puts the version of something that is not a crate under the figure.
    pub fn with_version(mut self, name: &str, version: &str) -> Self {
        self.versions.insert(name.into(), version.into());
        self
    }

    /// Rounds of one half of a pair, instead of 20,000: for rounds that take microseconds.
    pub fn in_turns_of(mut self, rounds: u64) -> Self {
        self.turn = rounds;
        self
    }

    /// Adds a row, with the row that it is compared with, if any: an earlier one, or itself.
    ///
    /// # Panics
    ///
    /// Panics if `time` does, if it hangs, or if there is no such baseline.
    pub fn row(
        self,
        name: impl Into<String>,
        baseline: Option<&str>,
        time: impl Fn(u64) -> Duration + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        match self.attempt(&name, time) {
            (Trial::Passed, time) => self.add(name, baseline, time),
            (Trial::Panicked, _) => panic!("{name}: its result is wrong (the message is above)"),
            (Trial::Hung, _) => panic!("{name}: {TRIAL} rounds did not end within {PATIENCE:?}"),
        }
    }

    /// Adds the row of an exercise, `package`; leaves it out, and says so, if it is not solved yet.
    ///
    /// Without the feature `mine` it is always left out: all that is compared is there without the reader's solutions.
    ///
    /// # Exits
    ///
    /// Ends the program if the code hangs: a thread that spins for ever would disturb every other row.
    ///
    /// # Panics
    ///
    /// Panics if there is no such baseline.
    pub fn my_row(
        self,
        name: impl Into<String>,
        baseline: Option<&str>,
        package: &str,
        time: impl Fn(u64) -> Duration + Send + Sync + 'static,
    ) -> Self {
        if cfg!(feature = "mine") {
            self.row_if_solved(name.into(), baseline, package, time)
        } else {
            self
        }
    }

    fn row_if_solved(
        self,
        name: String,
        baseline: Option<&str>,
        package: &str,
        time: impl Fn(u64) -> Duration + Send + Sync + 'static,
    ) -> Self {
        match self.attempt(&name, time) {
            (Trial::Passed, time) => self.add(name, baseline, time),
            (Trial::Panicked, _) => {
                eprintln!("{name}: left out, as it does not work yet: cargo test -p {package}");
                self
            }
            (Trial::Hung, _) => {
                eprintln!(
                    "{name}: {TRIAL} rounds did not end within {PATIENCE:?}; nothing can be \
                     measured beside a thread that hangs: cargo test -p {package}"
                );
                process::exit(1)
            }
        }
    }

    fn attempt(
        &self,
        name: &str,
        time: impl Fn(u64) -> Duration + Send + Sync + 'static,
    ) -> (Trial, Arc<Time>) {
        assert!(
            self.find(name).is_none(),
            "{name} is in {} already",
            self.group
        );
        let time: Arc<Time> = Arc::new(time);
        if !self.is_selected {
            return (Trial::Passed, time);
        }
        let tried = Arc::clone(&time);
        let outcome = trial(move || _ = tried(TRIAL), PATIENCE);
        (outcome, time)
    }

    fn add(mut self, name: String, baseline: Option<&str>, time: Arc<Time>) -> Self {
        let baseline = baseline.map(str::to_owned);
        self.rows.push(Contestant {
            name,
            baseline,
            time,
        });
        if let Some(baseline) = &self.rows[self.rows.len() - 1].baseline {
            assert!(
                self.find(baseline).is_some(),
                "{baseline} is not a row of {} yet",
                self.group
            );
        }
        self
    }

    fn find(&self, name: &str) -> Option<&Contestant> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// Times every row with criterion, beside its baseline, and prints the ratios.
    ///
    /// The recorder finds the ratios in the directory that [`RATIOS_DIR`] names. If it asks for another
    /// [group](crate::GROUP), only names are left there.
    ///
    /// # Counting instead of timing
    ///
    /// With `BENCHES_ROW` and `BENCHES_ROUNDS` in the environment, that row does so many rounds and nothing is
    /// timed. Callgrind counts what happens in there, and it is the same every time:
    ///
    /// ```text
    /// cargo bench -p benches --bench 02_mutex_guards --no-run     # names the PROGRAM
    /// BENCHES_ROW='parking_lot, guard' BENCHES_ROUNDS=1000 \
    ///     valgrind --tool=callgrind --toggle-collect='*counted*' PROGRAM
    /// ```
    ///
    /// Ask for 1,000 and for 2,000 rounds: the difference is what 1,000 cost, without what surrounds them.
    ///
    /// # Looking where the time goes
    ///
    /// With `--profile-time` a row runs at a stretch and without its baseline, and a profiler sees it alone: see
    /// [`profile`].
    ///
    /// # Panics
    ///
    /// Panics if a row's result is wrong, or if the ratios cannot be written.
    pub fn run(&self, criterion: &mut Criterion) {
        if let Some(rounds) = env::var_os("BENCHES_ROUNDS") {
            return self.count(&rounds.to_string_lossy());
        }
        let rows = match self.is_selected {
            true => self.time_rows(criterion),
            false => self.rows.iter().map(|row| row.named(None)).collect(),
        };
        let ratios = Ratios {
            group: self.group.into(),
            title: self.title.into(),
            crates: self.crates.clone(),
            versions: self.versions.clone(),
            rows,
        };
        if self.is_selected {
            ratios.print();
        }
        if let Some(dir) = env::var_os(RATIOS_DIR).map(PathBuf::from) {
            let written = ratios.write_to(&dir);
            written.unwrap_or_else(|error| {
                panic!(
                    "cannot write the ratios to {} ({RATIOS_DIR}): {error}",
                    dir.display()
                )
            });
        }
    }

    fn time_rows(&self, criterion: &mut Criterion) -> Vec<Row> {
        let mut group = criterion.benchmark_group(self.group);
        // Every sample as long as the others: each then gives one ratio, and all weigh the same.
        group.sampling_mode(SamplingMode::Flat);
        let rows = self.rows.iter().map(|row| {
            let baseline = row.baseline.as_deref().and_then(|name| self.find(name));
            let pairs = RefCell::new(Pairs::in_turns_of(self.turn));
            group.bench_function(&row.name, |bencher| {
                bencher.iter_custom(|rounds| match profile::is_requested() {
                    // What criterion calls an iteration is a turn: so threads start as seldom as possible.
                    true => (row.time)(rounds * self.turn),
                    false => pairs.borrow_mut().time(rounds, row, baseline),
                });
            });
            row.named(pairs.into_inner().ratio())
        });
        let rows = rows.collect();
        group.finish();
        rows
    }

    fn count(&self, rounds: &str) {
        let rounds = rounds
            .parse()
            .unwrap_or_else(|_| panic!("BENCHES_ROUNDS is a number, not {rounds:?}"));
        let name = env::var("BENCHES_ROW").unwrap_or_default();
        if let Some(row) = self.find(&name) {
            row.counted(rounds);
            eprintln!("{}: {name}: {rounds} rounds", self.group);
        }
    }
}

/// What a row's samples say about it and its baseline.
struct Pairs {
    /// Rounds of one half of a pair.
    turn: u64,
    /// Of each call: how many rounds, and the median of its pairs' ratios.
    calls: Vec<(u64, f64)>,
}

impl Pairs {
    fn in_turns_of(turn: u64) -> Self {
        let calls = Vec::new();
        Self { turn, calls }
    }

    /// Does at least `rounds` rounds in turns with the baseline, and returns how long `rounds` of the row took.
    fn time(&mut self, rounds: u64, row: &Contestant, baseline: Option<&Contestant>) -> Duration {
        let turns = rounds.div_ceil(self.turn);
        let mut total = Duration::ZERO;
        let mut ratios = Vec::new();
        for turn in 0..turns {
            let Some(baseline) = baseline else {
                total += (row.time)(self.turn);
                continue;
            };
            // Which goes first changes from pair to pair, so that neither gains by it.
            let (mine, theirs) = if turn % 2 == 0 {
                let mine = (row.time)(self.turn);
                (mine, (baseline.time)(self.turn))
            } else {
                let theirs = (baseline.time)(self.turn);
                ((row.time)(self.turn), theirs)
            };
            total += mine;
            ratios.push(mine.as_secs_f64() / theirs.as_secs_f64());
        }
        if !ratios.is_empty() {
            ratios.sort_by(f64::total_cmp);
            self.calls.push((rounds, median(&ratios)));
        }
        total.mul_f64(rounds as f64 / (turns * self.turn) as f64)
    }

    /// The median of the samples' ratios. A sample counts once, however many pairs are in it: what disturbs
    /// one pair disturbs its neighbours too, and counting them all would feign certainty.
    fn ratio(&self) -> Option<Interval> {
        // Samples all have the size of the last; other sizes are from warming up.
        let &(size, _) = self.calls.last()?;
        let samples = self.calls.iter().filter(|(rounds, _)| *rounds == size);
        Interval::of(&samples.map(|&(_, ratio)| ratio).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contestant(nanoseconds_per_round: u64) -> Contestant {
        Contestant {
            name: "fake".into(),
            baseline: None,
            time: Arc::new(move |rounds| Duration::from_nanos(rounds * nanoseconds_per_round)),
        }
    }

    #[test]
    fn a_sample_times_the_row_alone_and_keeps_the_ratio() {
        let mut pairs = Pairs::in_turns_of(TURN);
        for _ in 0..10 {
            let time = pairs.time(TURN * 3 + 1, &contestant(6), Some(&contestant(4)));
            assert_eq!(time, Duration::from_nanos((TURN * 3 + 1) * 6));
        }
        let ratio = pairs.ratio().expect("ten samples are enough");
        assert!((ratio.median - 1.5).abs() < 1e-9, "{ratio:?}");
    }

    #[test]
    fn without_a_baseline_there_is_a_time_and_no_ratio() {
        let mut pairs = Pairs::in_turns_of(TURN);
        assert_eq!(
            pairs.time(7, &contestant(6), None),
            Duration::from_nanos(42)
        );
        assert_eq!(pairs.ratio(), None);
    }

    #[test]
    fn warming_up_does_not_count() {
        let mut pairs = Pairs::in_turns_of(TURN);
        for doubled in 0..20 {
            pairs.time(1 << doubled, &contestant(9), Some(&contestant(1)));
        }
        for _ in 0..10 {
            pairs.time(TURN, &contestant(2), Some(&contestant(1)));
        }
        let ratio = pairs.ratio().expect("ten samples are enough");
        assert_eq!((ratio.low, ratio.high), (2.0, 2.0));
    }

    #[test]
    fn a_smoke_run_gives_no_ratio() {
        let mut pairs = Pairs::in_turns_of(TURN);
        pairs.time(1, &contestant(2), Some(&contestant(1)));
        assert_eq!(pairs.ratio(), None);
    }

    #[test]
    #[should_panic(expected = "its result is wrong")]
    fn a_wrong_result_is_not_timed() {
        let _ = Comparison::new("test", "").row("wrong", None, |_| {
            std::panic::resume_unwind(Box::new("on purpose"))
        });
    }

    #[test]
    fn an_unsolved_exercise_is_left_out() {
        let todo = |_| std::panic::resume_unwind(Box::new("on purpose"));
        let comparison =
            Comparison::new("test", "").row_if_solved("mine".into(), None, "spin_lock", todo);
        assert!(comparison.find("mine").is_none());
        let solved = |_| Duration::ZERO;
        let comparison = comparison.row_if_solved("mine".into(), None, "spin_lock", solved);
        assert!(comparison.find("mine").is_some());
    }

    #[test]
    fn your_own_rows_are_there_if_the_feature_is() {
        let comparison =
            Comparison::new("test", "").my_row("mine", None, "spin_lock", |_| Duration::ZERO);
        assert_eq!(comparison.find("mine").is_some(), cfg!(feature = "mine"));
    }

    #[test]
    fn a_group_that_is_not_selected_is_not_even_tried() {
        let mut comparison = Comparison::new("test", "");
        comparison.is_selected = false;
        let comparison = comparison.row("row", Some("row"), |_| panic!("it is tried"));
        comparison.run(&mut Criterion::default());
        assert!(comparison.find("row").is_some(), "its name is known");
    }

    #[test]
    #[should_panic(expected = "is not a row of test yet")]
    fn a_baseline_must_be_there() {
        let _ = Comparison::new("test", "").row("row", Some("none"), |_| Duration::ZERO);
    }
}
