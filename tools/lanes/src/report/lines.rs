//! A report as sentences, one to a row: for those who listen, and for terminals that do not draw.

use std::fmt::Write;

use super::table::{Line, file_name, lines};
use super::{Report, Row, State};

impl Report {
    /// The rows, each as a line that can be understood alone.
    pub(super) fn write_lines(&self, text: &mut String) {
        let _ = writeln!(text, "  threads: {}", self.threads.join(", "));
        for line in lines(self) {
            let _ = match line {
                Line::Row(row) => writeln!(text, "{}", self.line(row)),
                Line::Fold(fold) => writeln!(text, "{}", fold.in_words()),
                Line::LeftOut(count) => writeln!(text, "{count} rows left out"),
            };
        }
    }

    fn line(&self, row: &Row) -> String {
        let what = row.text.trim_start_matches(['✗', '⏸']).trim_start();
        let state = match row.state {
            State::Ran => "",
            State::Blocked => "waits: ",
            State::Failed => "fails: ",
        };
        let mark = match self.marked.contains(&row.row) {
            true => ", look here",
            false => "",
        };
        format!(
            "row {}, T{}{mark}: {state}{what}, {} line {}",
            row.row,
            row.thread,
            file_name(row),
            row.line
        )
    }
}
