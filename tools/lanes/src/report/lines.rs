//! A report as sentences, one to a row: for those who listen, and for terminals that do not draw.

use std::fmt::Write;

use super::fold::Fold;
use super::{Report, Row, State};

impl Report {
    /// The rows, each as a line that can be understood alone.
    pub(super) fn write_lines(&self, text: &mut String) {
        let _ = writeln!(text, "  threads: {}", self.threads.join(", "));
        for row in &self.rows {
            match self.folds.iter().find(|fold| fold.has(row.row)) {
                None => {
                    let _ = writeln!(text, "{}", self.line(row));
                }
                Some(fold) if fold.from == row.row => {
                    let Fold { from, to, .. } = fold;
                    let _ = writeln!(text, "rows {from} to {to}: {}", fold.in_words());
                }
                Some(_) => {}
            }
        }
    }

    fn line(&self, row: &Row) -> String {
        let file = row.file.rsplit('/').next().unwrap_or_default();
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
            "row {}, T{}{mark}: {state}{what}, {file} line {}",
            row.row, row.thread, row.line
        )
    }
}
