//! What a run of an exercise's tests has come to, for a learner to read: the same in `check` and in `watch`.
//!
//! What matters most stands last, where the eye is: first the tiers, then a line for each test that fails, then one failure
//! whole, then the next step.

use std::collections::BTreeMap;

use crate::attempt::Attempt;
use crate::catalogue::{Exercise, Workbook};
use crate::libtest::{is_crash, message, panicked};
use crate::page::Book;
use crate::prose::{BAD, BOLD, DIM, GOOD, count, cut, indent};
use crate::results::{EXAMPLES, Results, tier_of};
use crate::tiers::{TIERS, Test};

/// The parts of a view.
pub(crate) struct View<'a> {
    pub(crate) workbook: &'a Workbook,
    pub(crate) book: &'a Book,
    pub(crate) exercise: &'a Exercise,
    pub(crate) attempt: &'a Attempt,
    /// How wide the lines may be that say something of one test each.
    pub(crate) columns: usize,
    /// There are keys for what a command would be named for.
    pub(crate) has_keys: bool,
}

/// Of the tests that fail, so many have a line.
const LINES: usize = 12;

impl View<'_> {
    /// All of it, but what is said after green.
    pub(crate) fn text(&self) -> String {
        let Attempt {
            compiler,
            binary,
            results,
            doubts,
            ..
        } = self.attempt;
        let mut text = format!("{}\n", self.head());
        if binary.is_none() || results.began == 0 {
            text.push_str(compiler.trim_end_matches('\n'));
            text.push_str(if compiler.is_empty() { "" } else { "\n\n" });
            text.push_str(&self.nothing_ran());
            return text;
        }
        if !compiler.trim().is_empty() {
            // Warnings.
            text.push_str(&format!("{}\n\n", compiler.trim_end()));
        }
        text.push_str(&tiers(results));
        if self.attempt.is_green {
            return text;
        }
        let whole = self.whole();
        text.push_str(&self.others(whole));
        text.push_str(&self.crashes());
        if results.ended < results.began {
            text.push_str(&format!(
                "\n{BAD}The tests stopped half-way: something ended their process.{BAD:#} A panic while another \
                 unwinds does that, and so do a stack overflow and a call of `exit`.\n\
                 Which test it was: cargo test -p {} -- --test-threads=1\n",
                self.exercise.name
            ));
        }
        if !doubts.is_empty() {
            text.push_str(&format!(
                "\n{BAD}Not every test has a verdict, so this is no pass:{BAD:#}\n{}",
                indent(&doubts.join("\n"), 2)
            ));
        }
        if let Some(test) = whole {
            text.push_str(&format!("\n{BAD}✗{BAD:#} {BOLD}{test}{BOLD:#}\n"));
            if let Some(words) = results.words.get(test) {
                text.push_str(&indent(&readable(&words.text), 2));
            }
        }
        text.push_str(&self.next(whole));
        text
    }

    /// `2.1 spin_lock · A spin lock that unlocks itself`
    fn head(&self) -> String {
        let number = self.book.number_of(self.exercise);
        let name = format!("{number} {}", self.exercise.name);
        format!(
            "{BOLD}{}{BOLD:#} {DIM}· {}{DIM:#}\n",
            name.trim(),
            self.exercise.title
        )
    }

    fn nothing_ran(&self) -> String {
        let name = &self.exercise.name;
        if !self.attempt.understood {
            format!(
                "{BAD}No test has run: cargo came to a stop before it looked at {name}.{BAD:#} Its reason stands \
                 above. It is not about your code.\n\
                 What this machine lacks: cargo workbook doctor\n"
            )
        } else {
            format!(
                "{BAD}No test has run: {name} does not compile.{BAD:#} That is an error for the compiler \
                 (see above), not a failing test.\n\
                 Mend the first error first; the others often follow from it.\n{}",
                self.stuck()
            )
        }
    }

    /// The tests that fail, in the order of the source; then those that only the harness knows.
    fn failed(&self) -> Vec<&str> {
        let Attempt { tests, results, .. } = self.attempt;
        let known = tests.iter().map(|test| test.name.as_str());
        let is_failed = |name: &&str| results.failed.iter().any(|failed| failed == name);
        let mut failed: Vec<&str> = known.filter(is_failed).collect();
        for name in &results.failed {
            if !failed.contains(&name.as_str()) {
                failed.push(name);
            }
        }
        failed
    }

    fn is_todo(&self, test: &str) -> bool {
        let words = self.attempt.results.words.get(test);
        words.is_some_and(|words| words.is_todo && !words.has_schedule) && !self.is_crashed(test)
    }

    /// What is wrong, in a line.
    fn message(&self, test: &str) -> &str {
        let words = self.attempt.results.words.get(test);
        words.map_or("", |words| message(&words.text))
    }

    fn is_crashed(&self, test: &str) -> bool {
        let words = self.attempt.results.words.get(test);
        words.is_some_and(|words| is_crash(&words.headline))
    }

    /// The failure that is shown whole: the first in the order of the source that is none of a `todo!`. A test whose process
    /// has ended, or that hangs, cannot show why: there, it is a model with a schedule, if one fails.
    pub(crate) fn whole(&self) -> Option<&str> {
        let results = &self.attempt.results;
        let first = self.failed().into_iter().find(|test| !self.is_todo(test))?;
        if self.is_crashed(first) || self.message(first).starts_with("hang: ") {
            return Some(results.explains().map_or(first, |(model, _)| model));
        }
        Some(first)
    }

    /// The test that is the next step.
    pub(crate) fn next_test(&self) -> Option<&str> {
        self.whole().or_else(|| self.failed().first().copied())
    }

    /// A line for each other test that fails, and one for all that come to a `todo!`.
    fn others(&self, whole: Option<&str>) -> String {
        let failed = self.failed();
        let (todo, others): (Vec<&str>, Vec<&str>) = failed
            .into_iter()
            .filter(|test| Some(*test) != whole && !self.is_crashed(test))
            .partition(|test| self.is_todo(test));
        let mut text = String::new();
        if !(todo.is_empty() && others.is_empty()) {
            text.push('\n');
        }
        for test in others.iter().take(LINES) {
            let room = self
                .columns
                .saturating_sub(test.chars().count() + 4)
                .max(20);
            text.push_str(&format!(
                "{BAD}✗{BAD:#} {test}  {DIM}{}{DIM:#}\n",
                cut(self.message(test), room)
            ));
        }
        if others.len() > LINES {
            text.push_str(&format!(
                "{DIM}  and {} more{DIM:#}\n",
                others.len() - LINES
            ));
        }
        if !todo.is_empty() {
            let verb = if todo.len() == 1 { "comes" } else { "come" };
            text.push_str(&format!(
                "{BAD}✗{BAD:#} {} {verb} to a `todo!`{}\n",
                count(todo.len(), "test"),
                if whole.is_none() {
                    ": that is where you write"
                } else {
                    " that is left"
                },
            ));
        }
        text
    }

    /// The tests whose processes ended before they did, and where to look for the reason.
    fn crashes(&self) -> String {
        /// Of those that end in the same way, so many are named.
        const NAMED: usize = 3;

        let results = &self.attempt.results;
        let mut crashes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (test, headline) in results.crashed() {
            crashes.entry(headline).or_default().push(test);
        }
        if crashes.is_empty() {
            return String::new();
        }
        let all: usize = crashes.values().map(Vec::len).sum();
        let mut text = format!(
            "\n{BAD}{} ended the process.{BAD:#} Each runs in one of its own, so of the other {}, {} pass.\n",
            count(all, "test"),
            results.verdicts() - all,
            results.passed.len()
        );
        for (headline, tests) in crashes {
            text.push_str(&format!("  {headline}\n"));
            for test in tests.iter().take(NAMED) {
                text.push_str(&format!("      {test}\n"));
            }
            if tests.len() > NAMED {
                let more = tests.len() - NAMED;
                text.push_str(&format!("      {DIM}and {more} more{DIM:#}\n"));
            }
        }
        text.push_str(&match results.explains() {
            Some((model, _)) => {
                format!("A model shows a schedule in which it goes wrong: {BOLD}{model}{BOLD:#}\n")
            }
            None => {
                "No model shows a schedule of it: the lines above say where to look.\n".to_owned()
            }
        });
        text
    }

    /// The next step, and what to type.
    fn next(&self, whole: Option<&str>) -> String {
        let name = &self.exercise.name;
        let Attempt { tests, results, .. } = self.attempt;
        let Some(next) = self.next_test() else {
            return format!("\n{}", self.stuck());
        };
        let mut text = format!("\nNext: {BOLD}{next}{BOLD:#}\n");
        if let Some(Test {
            doc, file, line, ..
        }) = tests.iter().find(|test| test.name == next)
        {
            if !doc.is_empty() {
                text.push_str(&format!("      {doc}\n"));
            }
            text.push_str(&format!(
                "      {DIM}{}:{line}{DIM:#}\n",
                self.workbook.relative(file)
            ));
        }
        let words = results.words.get(next);
        if whole.is_none()
            && let Some((place, todo)) = words.and_then(|words| todo_in(&words.text))
        {
            text.push_str(&format!("Write {BOLD}{place}{BOLD:#}: {todo}\n"));
        }
        if self.has_keys {
            return text;
        }
        text.push_str(&format!("Only this one: cargo test -p {name} {next}\n"));
        if words.is_some_and(|words| words.has_schedule) && tier_of(next) == "models" {
            let short = next.trim_start_matches("models::");
            text.push_str(&format!(
                "Step through it: cargo workbook trace {name} {short}\n"
            ));
        }
        text + &self.stuck()
    }

    fn stuck(&self) -> String {
        if self.has_keys {
            return String::new();
        }
        format!("Stuck? cargo workbook hint {}\n", self.exercise.name)
    }
}

/// How many tests of each tier pass.
fn tiers(results: &Results) -> String {
    let mut text = String::new();
    for tier in TIERS.into_iter().chain(["others", EXAMPLES]) {
        let (passed, all) = results.of_tier(tier);
        if all > 0 {
            let style = if passed == all { GOOD } else { BAD };
            text.push_str(&format!(
                "{tier:9}  {style}{passed} of {all} pass{style:#}\n"
            ));
        }
    }
    text
}

/// The name of a thread, as a name. That of a test's own thread says nothing new.
fn in_thread(name: &str) -> String {
    if name.contains("::") || name == "main" || name == "<unnamed>" {
        String::new()
    } else {
        format!(", in the thread called “{name}”")
    }
}

/// What a test has said, without what only Rust's own harness would have to know.
fn readable(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim_end().lines() {
        if line.starts_with("note: run with `RUST_BACKTRACE=") {
            continue;
        }
        match panicked(line) {
            Some((place, thread)) => {
                lines.push(format!("panicked at {place}{}:", in_thread(thread)));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Where a `todo!` stands, and what it says; of the first that a test came to.
fn todo_in(text: &str) -> Option<(String, String)> {
    let mut place = None;
    for line in text.lines() {
        if let Some((at, _)) = panicked(line) {
            place = Some(at.to_owned());
        }
        if let Some(todo) = line.strip_prefix("not yet implemented") {
            let what = todo.trim_start_matches(": ").to_owned();
            return Some((place.unwrap_or_else(|| "the body".to_owned()), what));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_thread_is_read_as_a_name() {
        let text = "thread 'a `lock` of a free lock' (17504) panicked at src/a.rs:64:9:\nlock: no\n\
                    note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(
            readable(text),
            "panicked at src/a.rs:64:9, in the thread called “a `lock` of a free lock”:\nlock: no"
        );
        let own = "thread 'behaviour::it (never) opens' panicked at a b.rs:1:2:\nno";
        assert_eq!(readable(own), "panicked at a b.rs:1:2:\nno");
    }

    #[test]
    fn a_todo_is_found_with_its_place() {
        let text =
            "thread 'behaviour::a' (7) panicked at src/a.rs:64:9:\nnot yet implemented: spin\n";
        assert_eq!(
            todo_in(text),
            Some(("src/a.rs:64:9".to_owned(), "spin".to_owned()))
        );
        assert_eq!(todo_in("left: 1"), None);
    }
}
