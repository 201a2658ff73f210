//! A soak: does every test keep its verdict, whatever the code under test does?

pub(crate) mod plant;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::catalogue::{Exercise, Workbook, read};
use crate::failure::Failure;
use crate::libtest::{Binary, verdict_line};
use crate::program;
use crate::tiers::{self, Test};
use crate::verify::mirror::{Mirror, Role, StandIn};
use plant::{KIND, Kind, REACHED};

/// How long a run may take before it counts as one that never ends.
const LIMIT: Duration = Duration::from_secs(600);

/// One exercise's solution with hostile code in it, compiled.
pub(crate) struct Soaked {
    binary: Binary,
    tests: Vec<String>,
    /// The tests that come to the planted code.
    reached: BTreeSet<String>,
    /// The tests whose point is that the process aborts: they pass if it does, whoever makes it.
    aborting: BTreeSet<String>,
}

/// What became of the tests under one kind of hostile code.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) tests: usize,
    pub(crate) verdicts: usize,
    pub(crate) reached: usize,
    /// Of those that came to the hostile code.
    pub(crate) failed: usize,
    /// Of the others: those that passed, as they should.
    pub(crate) kept: usize,
    /// When the first failure was shown.
    pub(crate) first: Option<Duration>,
    pub(crate) took: Duration,
    /// What is wrong with it, if anything.
    pub(crate) wrong: Vec<String>,
}

impl Soaked {
    /// Compiles the solution of `exercise` with every kind of hostile code in it, in the mirror.
    pub(crate) fn new(workbook: &Workbook, exercise: &Exercise) -> Result<Self, Failure> {
        let folder = cargo::target_dir(&workbook.root)?
            .join("soak")
            .join(&exercise.name);
        fs::create_dir_all(&folder).map_err(|error| Failure::io("make", &folder, &error))?;
        let mut sources = exercise.solution_sources()?;
        let text = |name: &str| sources.get(name).map(String::as_str).unwrap_or_default();
        let planted = plant::plant(text(&exercise.file()), text("lib.rs")).map_err(|error| {
            Failure::blocked(
                format!("the solution of {} does not parse: {error}", exercise.name),
                "make it compile first",
            )
        })?;
        sources.insert(exercise.file(), planted);

        let role = Role::Pitfall("soak".to_owned());
        let stand_in = StandIn {
            exercise,
            role: role.clone(),
            sources: &sources,
            only: None,
        };
        let mirror = Mirror::lay_out(workbook, &[stand_in])?;
        let package = mirror.package(exercise, &role);
        let built = mirror.build(|_| {})?.remove(&package).unwrap_or_default();
        let Some(executable) = built.tiers() else {
            let error = built.errors.first();
            return Err(Failure::blocked(
                format!(
                    "the solution of {} does not compile with hostile code in it:\n{}",
                    exercise.name,
                    error.map_or("its reason stands above", |error| error.trim_end())
                ),
                "mend `soak/plant.rs`",
            ));
        };
        let binary = Binary {
            executable,
            package,
        };
        let tests = binary.tests()?;
        let reached = reached(&binary, &tests, &folder)?;
        Ok(Self {
            binary,
            tests,
            reached,
            aborting: aborting(exercise),
        })
    }

    pub(crate) fn run(&self, kind: &Kind) -> Result<Run, Failure> {
        let said = say(&self.binary, kind.name, None)?;
        let is_reached = |test: &&str| self.reached.contains(*test);
        let failed: BTreeSet<&str> = said.with("FAILED").collect();
        let passed: BTreeSet<&str> = said.with("ok").collect();
        let mut run = Run {
            tests: self.tests.len(),
            verdicts: failed.len() + passed.len(),
            reached: self.reached.len(),
            failed: failed.iter().copied().filter(is_reached).count(),
            kept: passed.iter().filter(|test| !is_reached(test)).count(),
            first: said.first,
            took: said.took,
            wrong: Vec::new(),
        };
        let mut wrong = |is_so: bool, what: &str| {
            if is_so {
                run.wrong.push(what.to_owned());
            }
        };
        let code = if failed.is_empty() { 0 } else { 101 };
        wrong(said.status.is_none(), "the run never ended");
        wrong(
            said.status
                .is_some_and(|status| status.code() != Some(code)),
            "the exit code is not that of the verdicts",
        );
        wrong(said.results != 1, "there is not one result");
        wrong(run.verdicts != run.tests, "a test has no verdict");
        wrong(
            run.kept != run.tests - run.reached,
            "a test has failed that never came to it",
        );
        let may_pass = |test: &&str| kind.name == "abort" && self.aborting.contains(*test);
        let passed_after_it = passed.iter().copied().filter(is_reached);
        let passed_wrongly = passed_after_it.filter(|test| !may_pass(test)).count();
        wrong(
            kind.is_deadly && passed_wrongly > 0,
            "a test has passed that came to it",
        );
        Ok(run)
    }
}

/// The tests that ask for an abort, by `lanes::stress::aborts`.
fn aborting(exercise: &Exercise) -> BTreeSet<String> {
    let asks = |test: &Test| {
        let text = fs::read_to_string(&test.file).unwrap_or_default();
        let body = text.lines().skip(test.line);
        let mut body = body.take_while(|line| !line.starts_with('}'));
        body.any(|line| line.contains("aborts("))
    };
    let tests = tiers::of(exercise).into_iter().filter(asks);
    tests.map(|test| test.name).collect()
}

/// The tests that come to the planted code.
fn reached(binary: &Binary, tests: &[String], folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let notes: PathBuf = folder.join("reached");
    fs::write(&notes, "").map_err(|error| Failure::io("write", &notes, &error))?;
    let said = say(binary, "", Some(&notes))?;
    if said.with("ok").count() != tests.len() {
        return Err(Failure::blocked(
            format!("not every test of {} passes", binary.package.display()),
            "`cargo workbook verify` says why: hostile code shows nothing where the right code fails",
        ));
    }
    let notes = read(&notes)?;
    let is_noted = |test: &&String| notes.contains(&format!("{test:?}"));
    Ok(tests.iter().filter(is_noted).cloned().collect())
}

/// What a test binary said.
struct Said {
    verdicts: Vec<(String, String)>,
    results: usize,
    first: Option<Duration>,
    took: Duration,
    /// `None` if it had to be ended.
    status: Option<ExitStatus>,
}

impl Said {
    fn with(&self, wanted: &str) -> impl Iterator<Item = &str> {
        let verdicts = self.verdicts.iter();
        verdicts
            .filter(move |(_, verdict)| verdict == wanted)
            .map(|(test, _)| test.as_str())
    }
}

/// Runs all tests, with one kind of hostile code.
fn say(binary: &Binary, kind: &str, notes: Option<&Path>) -> Result<Said, Failure> {
    let io = |error| Failure::io("run", &binary.executable, &error);
    let began = Instant::now();
    let mut child = program::command(&binary.executable, &binary.package)
        .env(KIND, kind)
        .envs(notes.map(|notes| (REACHED, notes)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(io)?;
    let out = child.stdout.take().expect("stdout is piped");
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if send.send(line).is_err() {
                break;
            }
        }
    });
    let mut said = Said {
        verdicts: Vec::new(),
        results: 0,
        first: None,
        took: Duration::ZERO,
        status: None,
    };
    let left = || LIMIT.saturating_sub(began.elapsed());
    let ending = loop {
        match lines.recv_timeout(left()) {
            Ok(line) => {
                if let Some((test, verdict)) = verdict_line(&line) {
                    said.verdicts.push((test.to_owned(), verdict.to_owned()));
                    if verdict == "FAILED" && said.first.is_none() {
                        said.first = Some(began.elapsed());
                    }
                } else if line.starts_with("test result: ") {
                    said.results += 1;
                }
            }
            Err(ending) => break ending,
        }
    };
    said.took = began.elapsed();
    if ending == mpsc::RecvTimeoutError::Timeout {
        child.kill().map_err(io)?;
        child.wait().map_err(io)?;
    } else {
        said.status = Some(child.wait().map_err(io)?);
    }
    Ok(said)
}
