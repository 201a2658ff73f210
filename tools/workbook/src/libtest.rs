//! The test harness: which tests a binary has, how one of them ends, and what it printed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::failure::Failure;
use crate::program;
use crate::reports::{self, LANES_DIR, LANES_WEAKEN};

/// A compiled `tiers` test.
#[derive(Clone, Debug)]
pub(crate) struct Binary {
    pub(crate) executable: PathBuf,
    /// The package it was compiled from: where it runs.
    pub(crate) package: PathBuf,
}

/// How one test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Passed,
    /// It panicked, and the harness said so.
    Failed,
    /// Its process ended before the test did. The headline of `lanes::each_test!`, which is in its output as well.
    Crashed(String),
    /// Nobody could say how it did: there is no `lanes::each_test!`, and the process ended, or ran no such test.
    Died(String),
    /// It was still running when its time was up, and was killed.
    Hung,
}

/// How a headline of `lanes::each_test!` begins where the process of a test has ended, or had to be.
const CRASHES: [&str; 7] = [
    "abort: ",
    "exit: ",
    "fault: ",
    "flood: ",
    "killed: ",
    "memory: ",
    "stack overflow: ",
];
/// And where a test had to be ended that nothing was seen of.
const HANG: &str = "hang: the test never ended";

/// Whether that is the headline of a test whose process has ended, or had to be ended.
pub(crate) fn is_crash(headline: &str) -> bool {
    CRASHES.iter().any(|crash| headline.starts_with(crash))
}

/// One run of one test, in a process of its own.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) test: String,
    pub(crate) ending: Ending,
    /// What the test printed, apart from what the harness says round it.
    pub(crate) output: String,
    /// All that the process printed.
    pub(crate) log: PathBuf,
    /// Where its models left their reports.
    pub(crate) reports: PathBuf,
}

impl Binary {
    /// The tests in it, sorted by name.
    pub(crate) fn tests(&self) -> Result<Vec<String>, Failure> {
        let output = self
            .command()
            .args(["--list", "--format", "terse"])
            .output()
            .map_err(|error| Failure::io("run", &self.executable, &error))?;
        Ok(listed(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Runs one test and nothing else. `scratch` is a folder for its output; what was there is removed.
    pub(crate) fn run(&self, test: &str, scratch: &Path, limit: Duration) -> Result<Run, Failure> {
        self.run_weakened(None, test, scratch, limit)
    }

    /// As [`Binary::run`], with one ordering of the source weakened.
    pub(crate) fn run_weakened(
        &self,
        weaken: Option<&str>,
        test: &str,
        scratch: &Path,
        limit: Duration,
    ) -> Result<Run, Failure> {
        let reports = scratch.join("models");
        let log = scratch.join("output.txt");
        reports::clear(scratch)?;
        fs::create_dir_all(&reports).map_err(|error| Failure::io("make", &reports, &error))?;
        // A file, not a pipe: nobody has to empty it while we wait, and it can be read afterwards.
        let out = File::create(&log).map_err(|error| Failure::io("write", &log, &error))?;
        let err = out
            .try_clone()
            .map_err(|error| Failure::io("write", &log, &error))?;

        let mut command = self.command();
        command
            .args([test, "--exact", "--include-ignored"])
            .env(LANES_DIR, &reports)
            .envs(weaken.map(|place| (LANES_WEAKEN, place)))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        let status = program::run(&mut command, limit)
            .map_err(|error| Failure::io("run", &self.executable, &error))?;
        let all = fs::read(&log).map_err(|error| Failure::io("read", &log, &error))?;
        let all = String::from_utf8_lossy(&all);
        let output = printed_by(test, &all);
        Ok(Run {
            test: test.to_owned(),
            ending: status.map_or(Ending::Hung, |status| ending(status, test, &all, &output)),
            output,
            log,
            reports,
        })
    }

    fn command(&self) -> Command {
        program::command(&self.executable, &self.package)
    }
}

/// `all` is what was said of the test, and `output` what it printed itself. An exit code alone says nothing: whoever ends
/// the process chooses it.
fn ending(status: ExitStatus, test: &str, all: &str, output: &str) -> Ending {
    let verdict = all
        .lines()
        .filter_map(verdict_line)
        .find_map(|(name, verdict)| (name == test).then_some(verdict));
    let headline = output.lines().next().unwrap_or_default();
    match (status.code(), verdict) {
        (Some(0), Some("ok")) => Ending::Passed,
        (Some(101), Some("FAILED")) if headline.starts_with(HANG) => Ending::Hung,
        (Some(101), Some("FAILED")) if is_crash(headline) => Ending::Crashed(headline.to_owned()),
        (Some(101), Some("FAILED")) => Ending::Failed,
        (_, Some("ignored")) => Ending::Died("it was ignored".to_owned()),
        _ => Ending::Died(format!("{status}, and no verdict")),
    }
}

/// The names in the answer to `--list --format terse`.
fn listed(text: &str) -> Vec<String> {
    let mut names: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}

/// What a failing test printed, out of all that the harness prints about it.
pub(crate) fn printed_by(test: &str, all: &str) -> String {
    let begin = format!("---- {test} stdout ----\n");
    let Some((_, after)) = all.split_once(&begin) else {
        return String::new();
    };
    let words: Vec<&str> = after.lines().take_while(|line| !ends_words(line)).collect();
    words.join("\n").trim_end().to_owned()
}

/// `thread 'NAME' (4711) panicked at PLACE:`, as the place and the name.
pub(crate) fn panicked(line: &str) -> Option<(&str, &str)> {
    let (name, place) = line
        .strip_prefix("thread '")?
        .rsplit_once(" panicked at ")?;
    let name = match name.rsplit_once(" (") {
        Some((name, number)) if number.ends_with(')') => name,
        _ => name,
    };
    Some((place.trim_end_matches(':'), name.trim_end_matches('\'')))
}

/// Of what a test has printed, the first line that says what is wrong, and not only where.
pub(crate) fn message(words: &str) -> &str {
    let mut lines = words.lines();
    lines
        .find(|line| !line.is_empty() && panicked(line).is_none())
        .unwrap_or("")
}

/// Whose words begin after this line.
pub(crate) fn begins_words(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// Whether a test's words end before this line: with the next test, or with the list of all that fail.
pub(crate) fn ends_words(line: &str) -> bool {
    line == "failures:" || begins_words(line).is_some() || verdict_line(line).is_some()
}

/// What the harness says of a test as it ends: its name, and `ok`, `FAILED` or `ignored`.
pub(crate) fn verdict_line(line: &str) -> Option<(&str, &str)> {
    let (name, verdict) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let name = name.strip_suffix(" - should panic").unwrap_or(name);
    let verdict = verdict.split([',', ' ']).next()?;
    matches!(verdict, "ok" | "FAILED" | "ignored").then_some((name, verdict))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_tests_is_read() {
        let text =
            "stress::b: test\nbehaviour::a: test\nbench::x: benchmark\n\n2 tests, 1 benchmark\n";
        assert_eq!(listed(text), ["behaviour::a", "stress::b"]);
    }

    #[test]
    fn only_the_tests_own_words_are_its_output() {
        let all = "\nrunning 1 test\ntest m::no_race ... FAILED\n\nfailures:\n\n\
                   ---- m::no_race stdout ----\nfirst\n\nlast\n\n---- m::no_lock stdout ----\nno\n\n\n\
                   failures:\n    m::no_race\n    m::no_lock\n\ntest result: FAILED.";
        assert_eq!(printed_by("m::no_race", all), "first\n\nlast");
        assert_eq!(printed_by("m::no_lock", all), "no");
        assert_eq!(printed_by("m::other", all), "");
    }

    #[cfg(unix)]
    #[test]
    fn a_pass_needs_the_verdict_of_that_test_and_the_exit_code() {
        use std::os::unix::process::ExitStatusExt as _;
        let ending = |code: i32, all: &str| {
            let status = ExitStatus::from_raw(code << 8);
            ending(status, "a::b", all, &printed_by("a::b", all))
        };
        let passed = "running 1 test\ntest a::b ... ok\n";
        assert_eq!(ending(0, passed), Ending::Passed);
        let nobody = [
            "",
            "running 1 test\n",
            "running 0 tests\n",
            "test a::c ... ok\n",
        ];
        for all in nobody {
            assert!(matches!(ending(0, all), Ending::Died(_)), "{all:?}");
        }
        assert!(matches!(ending(1, passed), Ending::Died(_)));
        assert!(matches!(
            ending(0, "test a::b ... ignored"),
            Ending::Died(_)
        ));
        let failed =
            |words: &str| format!("test a::b ... FAILED\n---- a::b stdout ----\n{words}\n");
        assert_eq!(ending(101, &failed("left: 1")), Ending::Failed);
        assert_eq!(
            ending(101, &failed("exit: the process was ended\nmore")),
            Ending::Crashed("exit: the process was ended".to_owned())
        );
        assert_eq!(
            ending(101, &failed("hang: the test never ended (…)")),
            Ending::Hung
        );
        assert_eq!(
            ending(101, &failed("hang: the second lock never finished")),
            Ending::Failed
        );
    }

    #[test]
    fn verdicts_are_read() {
        assert_eq!(verdict_line("test a::b ... ok"), Some(("a::b", "ok")));
        assert_eq!(
            verdict_line("test a::b ... FAILED"),
            Some(("a::b", "FAILED"))
        );
        assert_eq!(
            verdict_line("test a::b - should panic ... ok"),
            Some(("a::b", "ok"))
        );
        assert_eq!(
            verdict_line("test a::b ... ignored, slow"),
            Some(("a::b", "ignored"))
        );
        assert_eq!(
            verdict_line("test src/lib.rs - Lock (line 3) ... ok"),
            Some(("src/lib.rs - Lock (line 3)", "ok"))
        );
        assert_eq!(verdict_line("test result: ok. 1 passed; 0 failed"), None);
        assert_eq!(verdict_line("testing ... ok"), None);
    }
}
