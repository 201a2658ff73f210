//! How far the recording is: a line that changes in a terminal, a line for each part elsewhere.

use std::collections::HashSet;
use std::fmt::Display;

use indicatif::{ProgressBar, ProgressStyle};

use crate::pace::{Clock, in_words};
use crate::part::Part;

pub(crate) struct Progress {
    bar: ProgressBar,
    noticed: HashSet<String>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let style = ProgressStyle::with_template("{prefix} {bar:20} {msg}");
        let bar = ProgressBar::new(1).with_style(style.expect("the template is sound"));
        let noticed = HashSet::new();
        Self { bar, noticed }
    }

    /// A part begins, the `number`th of `parts`.
    pub(crate) fn part(&self, number: usize, parts: usize, part: &Part, clock: &Clock) {
        let (done, left) = clock.at(0.0);
        let prefix = format!("[{number}/{parts}]");
        if self.bar.is_hidden() {
            eprintln!("{prefix} {part} … {}", in_words(left));
        }
        self.bar.set_prefix(prefix);
        self.show(part.to_string(), done, left);
    }

    /// So many of its rows are done.
    pub(crate) fn row(&self, part: &Part, row: usize, clock: &Clock) {
        let (done, left) = clock.at(row as f64 / part.rows as f64);
        self.show(format!("{part}, {row} of {} rows", part.rows), done, left);
    }

    fn show(&self, what: String, done: f64, left: f64) {
        self.bar.set_length((done + left) as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(format!("{what} … {}", in_words(left)));
    }

    /// Prints a notice, on a line of stderr that stays.
    pub(crate) fn notice(&self, line: impl Display) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// As [`notice`](Self::notice), unless it was printed before.
    pub(crate) fn notice_once(&mut self, line: &str) {
        if self.noticed.insert(line.to_owned()) {
            self.notice(line);
        }
    }

    /// Prints a result, on stdout.
    pub(crate) fn print(&self, result: impl Display) {
        self.bar.suspend(|| println!("{result}"));
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
