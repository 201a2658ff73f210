//! `cargo workbook check`

use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write as _, stdout};
use std::process::Stdio;

use anstream::adapter::strip_str;

use crate::cargo;
use crate::catalogue::{Exercise, State, Workbook};
use crate::failure::{Failure, Verdict};
use crate::libtest::verdict_line;
use crate::prose::{BAD, BOLD, DIM, GOOD, count};
use crate::tiers::{self, TIERS};

/// Run an exercise's tests, and say what stands and what to do next
#[derive(clap::Args)]
#[command(after_help = "\
This is `cargo test -p NAME` with a summary below it.

Example:
  cargo workbook check spin_lock")]
pub(crate) struct Check {
    /// The exercise, as `cargo workbook list` names it
    name: String,
}

impl Check {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let mut command = cargo::command(&workbook.root);
        command
            .args(["test", "--package", &exercise.name])
            .stdout(Stdio::piped());
        if stdout().is_terminal() {
            // The harness sees a pipe, and would leave its colours out.
            command.args(["--", "--color", "always"]);
        }
        let mut child = command
            .spawn()
            .map_err(|error| cargo::did_not_start(&error))?;
        let said = child.stdout.take().expect("stdout is piped");
        let results = Results::read(said, |line| {
            // A closed terminal is no reason to lose count.
            let _ = stdout().write_all(line);
        });
        let status = child.wait().map_err(|error| cargo::did_not_start(&error))?;
        summary(workbook, exercise, &results, status.success());
        Ok(Verdict::of(status.success()))
    }
}

/// What the harness said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Results {
    passed: Vec<String>,
    failed: Vec<String>,
    /// Test binaries that began, and that came to their summary.
    began: usize,
    ended: usize,
}

impl Results {
    /// Counts what `from` says, and passes every line on to `show`.
    fn read(from: impl Read, mut show: impl FnMut(&[u8])) -> Self {
        let mut results = Self::default();
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            show(&line);
            results.take(&strip_str(&String::from_utf8_lossy(&line)).to_string());
            line.clear();
        }
        results
    }

    fn take(&mut self, line: &str) {
        let line = line.trim_end();
        match verdict_line(line) {
            Some((name, "ok")) => self.passed.push(name.to_owned()),
            Some((name, "FAILED")) => self.failed.push(name.to_owned()),
            _ if line.starts_with("running ") => self.began += 1,
            _ if line.starts_with("test result: ") => self.ended += 1,
            _ => {}
        }
    }

    /// How many tests of a tier passed, and how many there were.
    fn of_tier(&self, tier: &str) -> (usize, usize) {
        let in_tier = |names: &[String]| names.iter().filter(|name| tier_of(name) == tier).count();
        let passed = in_tier(&self.passed);
        (passed, passed + in_tier(&self.failed))
    }
}

/// `examples` are those in the documentation: the harness names them by file and line.
fn tier_of(test: &str) -> &str {
    match test.split_once("::") {
        Some((tier, _)) if TIERS.contains(&tier) => tier,
        _ if test.contains(" - ") => "examples",
        _ => "others",
    }
}

fn summary(workbook: &Workbook, exercise: &Exercise, results: &Results, success: bool) {
    let name = &exercise.name;
    anstream::println!();
    if results.began == 0 {
        anstream::println!(
            "{BAD}No test has run: {name} does not compile.{BAD:#} That is an error for the compiler \
             (see above), not a failing test.\n\
             Mend the first error first; the others often follow from it.\n{}",
            stuck(name)
        );
        return;
    }
    for tier in TIERS.into_iter().chain(["others", "examples"]) {
        match results.of_tier(tier) {
            (_, 0) => {}
            (passed, all) => {
                let style = if passed == all { GOOD } else { BAD };
                anstream::println!("{tier:9}  {style}{passed} of {all} pass{style:#}");
            }
        }
    }
    if success {
        return solved(workbook, exercise, results.passed.len());
    }
    if results.ended < results.began {
        anstream::println!(
            "\n{BAD}The tests stopped half-way: something ended their process.{BAD:#} A panic while another \
             unwinds does that, and so does a stack overflow.\n\
             Which test it was: cargo test -p {name} -- --test-threads=1"
        );
    }
    next(workbook, exercise, results);
}

fn solved(workbook: &Workbook, exercise: &Exercise, tests: usize) {
    let name = &exercise.name;
    let solution = exercise.solution().join("src").join(exercise.file());
    anstream::println!(
        "\n{GOOD}{name}: {} passed.{GOOD:#} Compare it with {}",
        count(tests, "test"),
        workbook.say(&solution),
    );
    let after = workbook
        .exercises()
        .skip_while(|other| other.name != *name)
        .skip(1);
    match after
        .into_iter()
        .find(|other| other.state() != State::Written)
    {
        Some(next) => anstream::println!("Next: {BOLD}cargo workbook check {}{BOLD:#}", next.name),
        None => anstream::println!("{DIM}There is none after it. cargo workbook list{DIM:#}"),
    }
}

/// The first test that fails, in the order in which they were written.
fn next(workbook: &Workbook, exercise: &Exercise, results: &Results) {
    let name = &exercise.name;
    let tests = tiers::of(exercise);
    if let Some(test) = tests
        .iter()
        .find(|test| results.failed.contains(&test.name))
    {
        anstream::println!("\nNext: {BOLD}{}{BOLD:#}", test.name);
        if !test.doc.is_empty() {
            anstream::println!("      {}", test.doc);
        }
        anstream::println!(
            "      {DIM}{}:{}{DIM:#}\n\
             Only this one: cargo test -p {name} {}",
            workbook.say(&test.file),
            test.line,
            test.name
        );
    } else if let Some(test) = results.failed.first() {
        anstream::println!("\nNext: {BOLD}{test}{BOLD:#}");
    }
    anstream::println!("{}", stuck(name));
}

fn stuck(name: &str) -> String {
    format!("Stuck? cargo workbook hint {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_harness_says_is_counted() {
        let text = "\nrunning 0 tests\n\ntest result: ok. 0 passed\n\nrunning 3 tests\n\
                    test behaviour::a ... \u{1b}[32mok\u{1b}(B\u{1b}[m\n\
                    test models::b ... \u{1b}[31mFAILED\u{1b}(B\u{1b}[m\n\
                    test models::c ... ok\n\ntest result: FAILED. 2 passed; 1 failed\n\
                    running 1 test\ntest src/a.rs - A (line 3) ... ok\n";
        let mut shown = Vec::new();
        let results = Results::read(text.as_bytes(), |line| shown.extend_from_slice(line));
        assert_eq!(shown, text.as_bytes());
        assert_eq!(results.of_tier("behaviour"), (1, 1));
        assert_eq!(results.of_tier("models"), (1, 2));
        assert_eq!(results.of_tier("stress"), (0, 0));
        assert_eq!(results.of_tier("examples"), (1, 1));
        assert_eq!((results.began, results.ended), (3, 2));
    }
}
