//! `cargo workbook check`

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write as _, stdout};
use std::process::Stdio;

use anstream::adapter::strip_str;

use crate::cargo;
use crate::catalogue::{Exercise, State, Workbook};
use crate::failure::{Failure, Verdict};
use crate::libtest::{begins_words, ends_words, is_crash, verdict_line};
use crate::out;
use crate::prose::{BAD, BOLD, DIM, GOOD, count, indent};
use crate::tiers::{self, TIERS, Test};

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
        let tests = tiers::of(exercise);
        let doubts = results.doubts(&tests);
        let solved = status.success() && doubts.is_empty();
        summary(workbook, exercise, &tests, &results, &doubts, solved);
        Ok(Verdict::of(solved))
    }
}

/// What the harness said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Results {
    passed: Vec<String>,
    failed: Vec<String>,
    ignored: Vec<String>,
    /// What those that failed have said, by name.
    words: BTreeMap<String, Words>,
    /// Whose words the next line belongs to.
    speaker: Option<String>,
    /// How many tests there were to be, in all binaries.
    announced: usize,
    /// Test binaries that began, and that came to their summary.
    began: usize,
    ended: usize,
}

/// What a test that failed has said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Words {
    /// The first line.
    headline: String,
    /// There is a table: a schedule in which it fails.
    has_schedule: bool,
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
        if let Some(test) = begins_words(line) {
            self.speaker = Some(test.to_owned());
            self.words.entry(test.to_owned()).or_default();
            return;
        }
        if ends_words(line) {
            self.speaker = None;
        }
        if let Some(words) = self.speaker.as_ref().and_then(|it| self.words.get_mut(it)) {
            if words.headline.is_empty() {
                line.clone_into(&mut words.headline);
            }
            words.has_schedule |= line.starts_with('─') && line.contains('┼');
            return;
        }
        match verdict_line(line) {
            Some((name, "ok")) => self.passed.push(name.to_owned()),
            Some((name, "FAILED")) => self.failed.push(name.to_owned()),
            Some((name, _)) => self.ignored.push(name.to_owned()),
            None if line.starts_with("test result: ") => self.ended += 1,
            None => {
                if let Some(count) = announced(line) {
                    self.began += 1;
                    self.announced += count;
                }
            }
        }
    }

    /// Why these results are no pass even if cargo is content: every test of the exercise has to be run, to the end.
    fn doubts(&self, tests: &[Test]) -> Vec<String> {
        let ran = [&self.passed, &self.failed, &self.ignored];
        let ran_in_all: usize = ran.iter().map(|names| names.len()).sum();
        let is_missing = |test: &&Test| !ran.iter().any(|names| names.contains(&test.name));
        let mut doubts: Vec<String> = tests
            .iter()
            .filter(is_missing)
            .map(|test| format!("{} was not run", test.name))
            .collect();
        // An example in the documentation may well be one that is not run.
        let ignored = self.ignored.iter().filter(|name| tier_of(name) != EXAMPLES);
        doubts.extend(ignored.map(|test| format!("{test} was ignored")));
        if doubts.is_empty() && ran_in_all < self.announced {
            doubts.push(format!(
                "of {} only {ran_in_all} came to a verdict",
                count(self.announced, "test")
            ));
        }
        doubts
    }

    /// The tests that ended their process, and how.
    fn crashed(&self) -> impl Iterator<Item = (&str, &str)> {
        let words = self.words.iter();
        words
            .map(|(test, words)| (test.as_str(), words.headline.as_str()))
            .filter(|(_, headline)| is_crash(headline))
    }

    /// A model that fails in a schedule, which is mostly why other tests crash or hang; and its headline.
    fn explains(&self) -> Option<(&str, &str)> {
        let mut models = self.words.iter();
        models
            .find(|(test, words)| tier_of(test) == "models" && words.has_schedule)
            .map(|(test, words)| (test.as_str(), words.headline.as_str()))
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
        _ if test.contains(" - ") => EXAMPLES,
        _ => "others",
    }
}

const EXAMPLES: &str = "examples";

/// How many tests a binary says that it runs: `running 15 tests`.
fn announced(line: &str) -> Option<usize> {
    let (number, _) = line.strip_prefix("running ")?.split_once(" test")?;
    number.parse().ok()
}

fn summary(
    workbook: &Workbook,
    exercise: &Exercise,
    tests: &[Test],
    results: &Results,
    doubts: &[String],
    success: bool,
) {
    let name = &exercise.name;
    out::println!("");
    if results.began == 0 && !cargo::understands(&workbook.root) {
        out::println!(
            "{BAD}No test has run: cargo came to a stop before it looked at {name}.{BAD:#} Its reason stands above. It \
             is not about your code.\n\
             What this machine lacks: cargo workbook doctor"
        );
        return;
    }
    if results.began == 0 {
        out::println!(
            "{BAD}No test has run: {name} does not compile.{BAD:#} That is an error for the compiler \
             (see above), not a failing test.\n\
             Mend the first error first; the others often follow from it.\n{}",
            stuck(name)
        );
        return;
    }
    for tier in TIERS.into_iter().chain(["others", EXAMPLES]) {
        match results.of_tier(tier) {
            (_, 0) => {}
            (passed, all) => {
                let style = if passed == all { GOOD } else { BAD };
                out::println!("{tier:9}  {style}{passed} of {all} pass{style:#}");
            }
        }
    }
    if success {
        return solved(workbook, exercise, results.passed.len());
    }
    crashes(name, results);
    if results.ended < results.began {
        out::println!(
            "\n{BAD}The tests stopped half-way: something ended their process.{BAD:#} A panic while another \
             unwinds does that, and so do a stack overflow and a call of `exit`.\n\
             Which test it was: cargo test -p {name} -- --test-threads=1"
        );
    }
    if !doubts.is_empty() {
        out::println!(
            "\n{BAD}Not every test has a verdict, so this is no pass:{BAD:#}\n{}",
            indent(&doubts.join("\n"), 2).trim_end()
        );
    }
    next(workbook, exercise, tests, results);
}

/// The tests whose processes ended before they did, and where to look for the reason.
fn crashes(name: &str, results: &Results) {
    /// Of those that end in the same way, so many are named.
    const NAMED: usize = 3;

    let mut crashes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (test, headline) in results.crashed() {
        crashes.entry(headline).or_default().push(test);
    }
    if crashes.is_empty() {
        return;
    }
    out::println!(
        "\n{BAD}{} ended the process.{BAD:#} Each runs in one of its own, so all others have their verdicts.",
        count(crashes.values().map(Vec::len).sum(), "test")
    );
    for (headline, tests) in crashes {
        out::println!("  {headline}");
        for test in tests.iter().take(NAMED) {
            out::println!("      {BOLD}{test}{BOLD:#}");
        }
        if tests.len() > NAMED {
            out::println!("      {DIM}and {} more{DIM:#}", tests.len() - NAMED);
        }
    }
    if let Some((model, headline)) = results.explains() {
        let short = model.trim_start_matches("models::");
        out::println!(
            "A schedule in which it goes wrong: {BOLD}{model}{BOLD:#}\n      {headline}\n\
             Step through it: cargo workbook trace {name} {short}"
        );
    } else {
        out::println!("No model shows a schedule of it: the lines above say where to look.");
    }
}

fn solved(workbook: &Workbook, exercise: &Exercise, tests: usize) {
    let name = &exercise.name;
    let solution = exercise.solution().join("src").join(exercise.file());
    out::println!(
        "\n{GOOD}{name}: {} passed.{GOOD:#} Compare it with {}",
        count(tests, "test"),
        workbook.relative(&solution),
    );
    let after = workbook
        .exercises()
        .skip_while(|other| other.name != *name)
        .skip(1);
    match after
        .into_iter()
        .find(|other| other.state() != State::Written)
    {
        Some(next) => out::println!("Next: {BOLD}cargo workbook check {}{BOLD:#}", next.name),
        None => out::println!("{DIM}There is none after it. cargo workbook list{DIM:#}"),
    }
}

/// The first test that fails, in the order in which they were written.
fn next(workbook: &Workbook, exercise: &Exercise, tests: &[Test], results: &Results) {
    let name = &exercise.name;
    if let Some(test) = tests
        .iter()
        .find(|test| results.failed.contains(&test.name))
    {
        out::println!("\nNext: {BOLD}{}{BOLD:#}", test.name);
        if !test.doc.is_empty() {
            out::println!("      {}", test.doc);
        }
        out::println!(
            "      {DIM}{}:{}{DIM:#}\n\
             Only this one: cargo test -p {name} {}",
            workbook.relative(&test.file),
            test.line,
            test.name
        );
    } else if let Some(test) = results.failed.first() {
        out::println!("\nNext: {BOLD}{test}{BOLD:#}");
    }
    out::println!("{}", stuck(name));
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
        assert!(results.doubts(&[]).is_empty());
    }

    fn read(text: &str) -> Results {
        Results::read(text.as_bytes(), |_| {})
    }

    fn test(name: &str) -> Test {
        Test {
            name: name.to_owned(),
            doc: String::new(),
            file: "tests/tiers/models.rs".into(),
            line: 1,
        }
    }

    #[test]
    fn what_was_not_run_is_no_pass() {
        let doubts = |text: &str| read(text).doubts(&[test("models::a"), test("models::b")]);
        let both = "running 2 tests\ntest models::a ... ok\ntest models::b ... ok\n";
        assert!(doubts(both).is_empty());
        assert_eq!(
            doubts("running 2 tests\ntest models::a ... ok\n"),
            ["models::b was not run"]
        );
        assert_eq!(
            doubts(&both.replace("b ... ok", "b ... ignored, slow")),
            ["models::b was ignored"]
        );
        assert_eq!(
            doubts(&both.replace("running 2", "running 3")),
            ["of 3 tests only 2 came to a verdict"]
        );
        let example = "running 1 test\ntest src/a.rs - A (line 3) ... ignored\n";
        assert!(doubts(&format!("{both}{example}")).is_empty());
    }

    #[test]
    fn a_crash_is_told_from_a_failure_and_a_schedule_from_other_words() {
        let results = read(
            "running 4 tests\ntest behaviour::a ... FAILED\n---- behaviour::a stdout ----\n\
             abort: the process aborted (signal: 6 (SIGABRT))\ntest no words of a verdict\n\n\
             test behaviour::b ... ok\ntest models::c ... FAILED\n---- models::c stdout ----\nnot yet implemented\n\n\
             test models::d ... FAILED\n---- models::d stdout ----\ndata race on `x`\n\n   │ T0\n───┼────\n\n\
             failures:\n    behaviour::a\n    models::c\n    models::d\n\ntest result: FAILED.\n",
        );
        let crashed: Vec<_> = results.crashed().collect();
        assert_eq!(
            crashed,
            [(
                "behaviour::a",
                "abort: the process aborted (signal: 6 (SIGABRT))"
            )]
        );
        assert_eq!(results.explains(), Some(("models::d", "data race on `x`")));
        assert_eq!(results.of_tier("behaviour"), (1, 2));
        assert_eq!((results.began, results.ended), (1, 1));
    }
}
