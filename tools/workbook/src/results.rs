//! What the harness says of all tests of an exercise.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};

use anstream::adapter::strip_str;

use crate::libtest::{begins_words, ends_words, is_crash, verdict_line};
use crate::prose::count;
use crate::tiers::{TIERS, Test};

/// What the harness said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Results {
    pub(crate) passed: Vec<String>,
    pub(crate) failed: Vec<String>,
    ignored: Vec<String>,
    /// What those that failed have said, by name.
    pub(crate) words: BTreeMap<String, Words>,
    /// Whose words the next line belongs to.
    speaker: Option<String>,
    /// How many tests there were to be, in all binaries.
    announced: usize,
    /// Test binaries that began, and that came to their summary.
    pub(crate) began: usize,
    pub(crate) ended: usize,
}

/// Of what one test has said, so many bytes are kept.
const READABLE: usize = 1 << 18;

/// What a test that failed has said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// The first line.
    pub(crate) headline: String,
    /// There is a table: a schedule in which it fails.
    pub(crate) has_schedule: bool,
    /// It came to a `todo!`.
    pub(crate) is_todo: bool,
    /// All of it, as far as anybody would read it.
    pub(crate) text: String,
}

impl Results {
    /// Counts what `from` says. `on_verdict` is told how many tests have one, and how many there are.
    pub(crate) fn read(from: impl Read, mut on_verdict: impl FnMut(usize, usize)) -> Self {
        let mut results = Self::default();
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let before = results.verdicts();
            results.take(&strip_str(&String::from_utf8_lossy(&line)).to_string());
            if results.verdicts() != before {
                on_verdict(results.verdicts(), results.announced);
            }
            line.clear();
        }
        results
    }

    /// How many tests have a verdict.
    pub(crate) fn verdicts(&self) -> usize {
        self.passed.len() + self.failed.len() + self.ignored.len()
    }

    fn take(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(test) = begins_words(line) {
            self.speaker = Some(test.to_owned());
            self.words.entry(test.to_owned()).or_default();
            return;
        }
        if ends_words(line) || is_pass_line(line) {
            self.speaker = None;
        }
        if let Some(words) = self.speaker.as_ref().and_then(|it| self.words.get_mut(it)) {
            if words.headline.is_empty() {
                line.clone_into(&mut words.headline);
            }
            if words.text.len() < READABLE {
                words.text.push_str(line);
                words.text.push('\n');
            }
            words.is_todo |= line.starts_with("not yet implemented");
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
    pub(crate) fn doubts(&self, tests: &[Test]) -> Vec<String> {
        let ran = [&self.passed, &self.failed, &self.ignored];
        let ran_in_all = self.verdicts();
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
    pub(crate) fn crashed(&self) -> impl Iterator<Item = (&str, &str)> {
        let words = self.words.iter();
        words
            .map(|(test, words)| (test.as_str(), words.headline.as_str()))
            .filter(|(_, headline)| is_crash(headline))
    }

    /// A model that fails in a schedule, which is mostly why other tests crash or hang; and its headline.
    pub(crate) fn explains(&self) -> Option<(&str, &str)> {
        let mut models = self.words.iter();
        models
            .find(|(test, words)| tier_of(test) == "models" && words.has_schedule)
            .map(|(test, words)| (test.as_str(), words.headline.as_str()))
    }

    /// How many tests of a tier passed, and how many there were.
    pub(crate) fn of_tier(&self, tier: &str) -> (usize, usize) {
        let in_tier = |names: &[String]| names.iter().filter(|name| tier_of(name) == tier).count();
        let passed = in_tier(&self.passed);
        (passed, passed + in_tier(&self.failed))
    }
}

/// What a model says that has passed. It stands above the verdict of its test, and is no word of the test before.
fn is_pass_line(line: &str) -> bool {
    let words = line.split_once(": all executions explored in ");
    words.is_some_and(|(test, _)| test.contains("::") && !test.contains(' '))
}

/// `examples` are those in the documentation: the harness names them by file and line.
pub(crate) fn tier_of(test: &str) -> &str {
    match test.split_once("::") {
        Some((tier, _)) if TIERS.contains(&tier) => tier,
        _ if test.contains(" - ") => EXAMPLES,
        _ => "others",
    }
}

pub(crate) const EXAMPLES: &str = "examples";

/// How many tests a binary says that it runs: `running 15 tests`.
fn announced(line: &str) -> Option<usize> {
    let (number, _) = line.strip_prefix("running ")?.split_once(" test")?;
    number.parse().ok()
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
        let mut verdicts = Vec::new();
        let results = Results::read(text.as_bytes(), |some, all| verdicts.push((some, all)));
        assert_eq!(verdicts, [(1, 3), (2, 3), (3, 3), (4, 4)]);
        assert_eq!(results.of_tier("behaviour"), (1, 1));
        assert_eq!(results.of_tier("models"), (1, 2));
        assert_eq!(results.of_tier("stress"), (0, 0));
        assert_eq!(results.of_tier("examples"), (1, 1));
        assert_eq!((results.began, results.ended), (3, 2));
        assert!(results.doubts(&[]).is_empty());
    }

    fn read(text: &str) -> Results {
        Results::read(text.as_bytes(), |_, _| {})
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
            "running 5 tests\ntest behaviour::a ... FAILED\n---- behaviour::a stdout ----\n\
             abort: the process aborted (signal: 6 (SIGABRT))\ntest no words of a verdict\n\n\
             models::e: all executions explored in 2 ms: 41 states\ntest models::e ... ok\n\
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
        assert_eq!(
            results.words["behaviour::a"].text,
            "abort: the process aborted (signal: 6 (SIGABRT))\ntest no words of a verdict\n\n"
        );
        assert!(results.words["models::c"].is_todo && !results.words["models::d"].is_todo);
        assert_eq!(results.explains(), Some(("models::d", "data race on `x`")));
        assert_eq!(results.of_tier("behaviour"), (1, 2));
        assert_eq!((results.began, results.ended), (1, 1));
    }
}
