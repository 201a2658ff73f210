//! One run of an exercise's tests: compile, run, and what came of it.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::Deserialize;

use crate::cargo;
use crate::catalogue::{Exercise, Workbook};
use crate::failure::Failure;
use crate::libtest::Binary;
use crate::program;
use crate::progress;
use crate::reports::{self, LANES_DIR, Report};
use crate::results::Results;
use crate::tiers::{self, Test};

/// What to run, and how.
pub(crate) struct Order<'a> {
    pub(crate) workbook: &'a Workbook,
    pub(crate) exercise: &'a Exercise,
    /// Only this test.
    pub(crate) only: Option<&'a str>,
    /// How wide a table may be.
    pub(crate) columns: Option<u16>,
    /// What the compiler says goes to our own stderr as it comes, or is kept, in colours or without.
    pub(crate) compiler: Compiler,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    Speaks,
    IsHeard { colors: bool },
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Cargo says that it does something: `Compiling lanes v0.1.0`.
    Compiling(String),
    /// So many tests have a verdict, of so many.
    Testing(usize, usize),
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// What the compiler said, where it was heard.
    pub(crate) compiler: String,
    /// The tests, if they compile.
    pub(crate) binary: Option<Binary>,
    /// Whether cargo got as far as the first compiler.
    pub(crate) understood: bool,
    pub(crate) tests: Vec<Test>,
    pub(crate) results: Results,
    /// Why it is no pass even if cargo is content.
    pub(crate) doubts: Vec<String>,
    /// What the models have left.
    pub(crate) reports: Vec<Report>,
    /// Every test of the exercise has passed.
    pub(crate) is_green: bool,
    /// The source that was tested, if it was the same at the end.
    pub(crate) hash: Option<String>,
}

impl Attempt {
    /// As much of it as the orderings are looked at by, when the rest is given away.
    pub(crate) fn for_orderings(&self) -> Self {
        Self {
            compiler: String::new(),
            binary: self.binary.clone(),
            understood: self.understood,
            tests: Vec::new(),
            results: Results::default(),
            doubts: Vec::new(),
            reports: self.reports.clone(),
            is_green: self.is_green,
            hash: None,
        }
    }
}

/// Ends an attempt, from another thread.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_over: bool,
    /// The process that leads the group of all others.
    leader: Option<u32>,
}

impl Stop {
    /// Ends what runs, and lets nothing begin.
    pub(crate) fn now(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_over = true;
        if let Some(leader) = state.leader {
            end_group(leader);
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_over
    }

    /// Starts `command` at the head of a group of its own. Nothing, if it is over already.
    fn spawn(&self, command: &mut Command) -> Result<Option<Child>, Failure> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            return Ok(None);
        }
        lead_group(command);
        let child = command
            .spawn()
            .map_err(|error| cargo::did_not_start(&error))?;
        state.leader = Some(child.id());
        Ok(Some(child))
    }

    /// What `command` says on both streams, and whether it succeeds. Nothing, if it was stopped.
    pub(crate) fn output(&self, command: &mut Command) -> Result<Option<(bool, String)>, Failure> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let Some(mut child) = self.spawn(command)? else {
            return Ok(None);
        };
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let said = thread::scope(|scope| {
            let err = scope.spawn(|| err.map(|err| hear(err, &|_| {})).unwrap_or_default());
            let out = out.map(|out| hear(out, &|_| {})).unwrap_or_default();
            out + &err.join().unwrap_or_default()
        });
        let success = self.wait(&mut child)?;
        Ok((!self.is_over()).then_some((success, said)))
    }

    /// Waits for it; from then on its number may be another's.
    fn wait(&self, child: &mut Child) -> Result<bool, Failure> {
        // Its output has ended, and so it is about to: nobody is kept waiting for the lock.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let status = child.wait().map_err(|error| cargo::did_not_start(&error))?;
        state.leader = None;
        Ok(status.success())
    }
}

#[cfg(unix)]
fn lead_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(unix)]
fn end_group(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let leader = i32::try_from(leader).ok().and_then(Pid::from_raw);
    if let Some(leader) = leader {
        // Whoever watches the tests ends them when it hears this.
        let _ = kill_process_group(leader, Signal::TERM);
    }
}

#[cfg(not(unix))]
fn lead_group(_: &mut Command) {}

/// Cargo's end is that of all it has started: they are in a job of its own.
#[cfg(not(unix))]
fn end_group(leader: u32) {
    let mut kill = Command::new("taskkill");
    let _ = kill
        .args(["/F", "/T", "/PID", &leader.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Compiles the tests and runs them. Nothing, if it was stopped.
pub(crate) fn run(
    order: &Order<'_>,
    stop: &Stop,
    on: &(dyn Fn(Moment) + Sync),
) -> Result<Option<Attempt>, Failure> {
    let Order {
        workbook, exercise, ..
    } = *order;
    let before = progress::hash(exercise);
    let Some(compiled) = compile(order, stop, on)? else {
        return Ok(None);
    };
    let mut attempt = Attempt {
        compiler: compiled.said,
        understood: compiled.finished,
        binary: compiled.executable.map(|executable| Binary {
            executable,
            package: exercise.folder(),
        }),
        tests: tiers::of(exercise),
        results: Results::default(),
        doubts: Vec::new(),
        reports: Vec::new(),
        is_green: false,
        hash: None,
    };
    if let Some(only) = order.only {
        attempt.tests.retain(|test| test.name == only);
    }
    if attempt.binary.is_none() {
        return Ok(Some(attempt));
    }
    let reports = scratch(workbook, exercise)?.join("models");
    reports::clear(&reports)?;
    let Some((success, said)) = test(order, &reports, &mut attempt, stop, on)? else {
        return Ok(None);
    };
    if attempt.results.began == 0 && attempt.compiler.is_empty() {
        attempt.compiler = said;
    }
    // A model that was killed may have left half of a report.
    attempt.reports = reports::read_all(&reports).unwrap_or_default();
    attempt.doubts = attempt.results.doubts(&attempt.tests);
    attempt.is_green = success && attempt.doubts.is_empty() && order.only.is_none();
    attempt.hash = progress::hash(exercise).filter(|hash| before.as_ref() == Some(hash));
    Ok(Some(attempt))
}

/// A folder for what is only of use until the next run.
pub(crate) fn scratch(workbook: &Workbook, exercise: &Exercise) -> Result<PathBuf, Failure> {
    let target = cargo::target_dir(&workbook.root)?;
    Ok(target.join("workbook").join("check").join(&exercise.name))
}

/// A cargo command that is deaf to what a learner has set for programs of their own: a backtrace of ours helps nobody, and
/// one schedule that passes is no pass.
fn cargo(order: &Order<'_>) -> Command {
    const BUT: [&str; 2] = ["LANES_UNWATCHED", "RUST_TEST_THREADS"];

    let mut command = cargo::command(&order.workbook.root);
    program::deafen(&mut command, &BUT);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    match order.compiler {
        Compiler::Speaks => command.stderr(Stdio::inherit()),
        Compiler::IsHeard { colors } => {
            let color = if colors { "always" } else { "never" };
            command
                .env("CARGO_TERM_COLOR", color)
                .stderr(Stdio::piped())
        }
    };
    command
}

struct Compiled {
    said: String,
    /// The tests, if they compile.
    executable: Option<PathBuf>,
    /// Cargo got as far as the first compiler.
    finished: bool,
}

fn compile(
    order: &Order<'_>,
    stop: &Stop,
    on: &(dyn Fn(Moment) + Sync),
) -> Result<Option<Compiled>, Failure> {
    #[derive(Deserialize)]
    struct Line {
        reason: String,
        target: Option<Target>,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }

    let mut command = cargo(order);
    command
        .args(["test", "--no-run", "--package", &order.exercise.name])
        .arg("--message-format=json-render-diagnostics");
    let Some(mut child) = start(&mut command, order, stop)? else {
        return Ok(None);
    };
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let mut finished = false;
    let (executable, said) = thread::scope(|scope| {
        let said = scope.spawn(|| err.map(|err| hear(err, on)).unwrap_or_default());
        let lines = BufReader::new(out.expect("stdout is piped")).lines();
        let mut executable = None;
        for line in lines.map_while(Result::ok) {
            let Ok(line) = serde_json::from_str::<Line>(&line) else {
                continue;
            };
            // It says so whether or not everything compiles; not if it came to no compiler.
            finished |= line.reason == "build-finished";
            if line.target.is_some_and(|target| target.name == "tiers") {
                executable = line.executable.or(executable);
            }
        }
        (executable, said.join().unwrap_or_default())
    });
    let success = end(&mut child, order, stop)?;
    if stop.is_over() {
        return Ok(None);
    }
    Ok(Some(Compiled {
        said,
        executable: executable.filter(|_| success),
        finished,
    }))
}

/// Runs what was compiled. Whether cargo is content, and what it said.
fn test(
    order: &Order<'_>,
    reports: &Path,
    attempt: &mut Attempt,
    stop: &Stop,
    on: &(dyn Fn(Moment) + Sync),
) -> Result<Option<(bool, String)>, Failure> {
    let mut command = cargo(order);
    command
        .args(["test", "--package", &order.exercise.name])
        .stderr(Stdio::piped())
        .env(LANES_DIR, reports);
    if let Some(columns) = order.columns {
        // It is shown two columns further in.
        command.env("COLUMNS", columns.saturating_sub(2).to_string());
    }
    if let Some(only) = order.only {
        command.args(["--test", "tiers", "--", only, "--exact"]);
    }
    let Some(mut child) = start(&mut command, order, stop)? else {
        return Ok(None);
    };
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let said = thread::scope(|scope| {
        let said = scope.spawn(|| err.map(|err| hear(err, &|_| {})).unwrap_or_default());
        attempt.results = Results::read(out.expect("stdout is piped"), |some, all| {
            on(Moment::Testing(some, all));
        });
        said.join().unwrap_or_default()
    });
    let success = end(&mut child, order, stop)?;
    Ok((!stop.is_over()).then_some((success, said)))
}

/// Where the compiler speaks to the terminal itself, its group is ours, so that Ctrl-C reaches it.
fn start(command: &mut Command, order: &Order<'_>, stop: &Stop) -> Result<Option<Child>, Failure> {
    match order.compiler {
        Compiler::IsHeard { .. } => stop.spawn(command),
        Compiler::Speaks => command
            .spawn()
            .map(Some)
            .map_err(|error| cargo::did_not_start(&error)),
    }
}

fn end(child: &mut Child, order: &Order<'_>, stop: &Stop) -> Result<bool, Failure> {
    match order.compiler {
        Compiler::IsHeard { .. } => stop.wait(child),
        Compiler::Speaks => child
            .wait()
            .map(|status| status.success())
            .map_err(|error| cargo::did_not_start(&error)),
    }
}

/// Reads what cargo says to its end. What it only does is a moment; the rest is kept.
fn hear(from: impl Read, on: &dyn Fn(Moment)) -> String {
    const DOES: [&str; 9] = [
        "Compiling",
        "Checking",
        "Downloading",
        "Downloaded",
        "Updating",
        "Locking",
        "Blocking",
        "Finished",
        "Executable",
    ];
    let mut kept = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        let text = String::from_utf8_lossy(&line);
        let plain = anstream::adapter::strip_str(&text).to_string();
        let plain = plain.trim();
        if text.starts_with(' ') || text.starts_with('\u{1b}') {
            let does = plain.split(' ').next().unwrap_or_default();
            if DOES.contains(&does) {
                // A path says nothing that the name does not.
                let words = plain.split(" (").next().unwrap_or(plain);
                on(Moment::Compiling(words.to_owned()));
                line.clear();
                continue;
            }
        }
        if kept.len() < 1 << 20 {
            kept.push_str(&text);
        }
        line.clear();
    }
    kept
}
