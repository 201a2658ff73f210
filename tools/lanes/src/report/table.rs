//! A report as text: the headline, a table with one lane per thread, and the why.

use std::fmt::Write;

use super::fold::Fold;
use super::style::Layout;
use super::{Report, Row, State, Style};

/// The variable that has a model run one schedule and nothing else.
pub(crate) const REPLAY: &str = "LANES_REPLAY";
/// Below this a lane cannot be read.
const NARROWEST_LANE: usize = 14;
/// How much of a long trace is shown at its start, and at its end.
const HEAD: usize = 24;
const TAIL: usize = 40;

impl Report {
    /// The report as text.
    pub fn table(&self, style: Style) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{}", paint(&self.headline, BOLD, style));
        // A panic's message may have more to say than its first line.
        if matches!(self.kind, super::Kind::Assertion | super::Kind::Panic) {
            for line in self.message.lines().skip(1) {
                let _ = writeln!(text, "  {}", line.trim_start());
            }
        }
        for sentence in &self.advice {
            write_wrapped(&mut text, sentence, "  ", style.width);
        }
        if self.rows.is_empty() {
            return text;
        }
        self.write_start(&mut text, style);
        match style.layout {
            Layout::Table => Lanes::new(self, style).write(&mut text),
            Layout::Lines => self.write_lines(&mut text),
        }
        if !self.why.is_empty() {
            let _ = writeln!(text, "\n{}", paint("why", BOLD, style));
            for sentence in &self.why {
                write_wrapped(&mut text, sentence, "  ", style.width);
            }
        }
        let schedule = self.schedule();
        if !schedule.is_empty() {
            // In one piece, to be copied.
            let _ = writeln!(text, "\nthis schedule alone: {REPLAY}={schedule}");
        }
        text
    }

    /// The values that the variables start with.
    fn write_start(&self, text: &mut String, style: Style) {
        let values: Vec<String> = self
            .variables
            .iter()
            .filter(|variable| {
                self.rows
                    .iter()
                    .any(|row| row.object.as_deref() == Some(&variable.name))
            })
            .filter_map(|variable| {
                let initial = variable.initial.as_ref()?;
                Some(format!("{} = {initial}", variable.name))
            })
            .collect();
        if !values.is_empty() {
            write_wrapped(
                text,
                &format!("start: {}", values.join(", ")),
                "  ",
                style.width,
            );
        }
        text.push('\n');
    }
}

struct Lanes<'a> {
    report: &'a Report,
    style: Style,
    lines: Vec<Line<'a>>,
    /// The width of each lane.
    widths: Vec<usize>,
    /// The width of the last column, which says where.
    place: usize,
}

/// A line of the table.
pub(super) enum Line<'a> {
    Row(&'a Row),
    /// In place of rows that repeat those before.
    Fold(Fold),
    LeftOut(usize),
}

impl<'a> Lanes<'a> {
    fn new(report: &'a Report, style: Style) -> Self {
        let lines = shorten(lines(report));
        let rows = || {
            lines.iter().filter_map(|line| match line {
                Line::Row(row) => Some(*row),
                _ => None,
            })
        };
        let place = rows()
            .map(|row| place(row).chars().count())
            .max()
            .unwrap_or(0);
        let mut widths: Vec<usize> = report
            .threads
            .iter()
            .enumerate()
            .map(|(thread, name)| {
                let own = rows().filter(|row| row.thread == thread);
                let texts = own.map(|row| row.text.chars().count());
                texts.chain([name.chars().count()]).max().unwrap_or(0)
            })
            .collect();
        // The mark, the number and the bars between take the rest.
        let frame = 5 + 3 * (widths.len() + 1) - 1;
        shrink(&mut widths, style.width.saturating_sub(frame + place));
        Self {
            report,
            style,
            lines,
            widths,
            place,
        }
    }

    fn write(&self, text: &mut String) {
        let bar = |cells: Vec<String>| format!("     │ {}", cells.join(" │ "));
        let mut names: Vec<Vec<String>> = self
            .report
            .threads
            .iter()
            .zip(&self.widths)
            .map(|(name, width)| wrap(name, *width))
            .collect();
        names.push(vec![String::from("where")]);
        let height = names.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let cells = names.iter().enumerate().map(|(lane, name)| {
                let cell = name.get(line).map_or("", String::as_str);
                pad(cell, self.widths.get(lane).copied().unwrap_or(0))
            });
            let _ = writeln!(text, "{}", bar(cells.collect()).trim_end());
        }
        let mut rule = String::from("─────");
        for width in &self.widths {
            let _ = write!(rule, "┼{}", "─".repeat(width + 2));
        }
        let _ = write!(rule, "┼{}", "─".repeat(self.place + 1));
        let _ = writeln!(text, "{rule}");
        for line in &self.lines {
            match line {
                Line::Row(row) => self.write_row(text, row),
                Line::Fold(fold) => {
                    let _ = writeln!(text, "  ⋮    {}", fold.in_words());
                }
                Line::LeftOut(count) => {
                    let _ = writeln!(text, "  ⋮    {count} rows left out");
                }
            }
        }
    }

    fn write_row(&self, text: &mut String, row: &Row) {
        let marked = self.report.marked.contains(&row.row);
        let cell = wrap_step(&row.text, self.widths[row.thread]);
        for (line, part) in cell.iter().enumerate() {
            let mark = if marked && line == 0 { "▶" } else { " " };
            let number = if line == 0 {
                row.row.to_string()
            } else {
                String::new()
            };
            let mut written = format!("{mark}{number:>3} ");
            for (lane, width) in self.widths.iter().enumerate() {
                let part = pad(if lane == row.thread { part } else { "" }, *width);
                let colour = match row.state {
                    _ if lane != row.thread => None,
                    State::Failed | State::Blocked => Some(RED),
                    State::Ran => marked.then_some(BOLD),
                };
                let part = colour.map_or(part.clone(), |colour| paint(&part, colour, self.style));
                let _ = write!(written, "│ {part} ");
            }
            let place = if line == 0 { place(row) } else { String::new() };
            let _ = write!(written, "│ {place}");
            let _ = writeln!(text, "{}", written.trim_end());
        }
    }
}

/// The file's name and the line.
fn place(row: &Row) -> String {
    format!("{}:{}", file_name(row), row.line)
}

pub(super) fn file_name(row: &Row) -> &str {
    row.file.rsplit('/').next().unwrap_or_default()
}

/// Makes the lanes fit, the widest first.
fn shrink(widths: &mut [usize], available: usize) {
    while widths.iter().sum::<usize>() > available {
        let Some(widest) = widths.iter_mut().max() else {
            return;
        };
        if *widest <= NARROWEST_LANE {
            return;
        }
        *widest -= 1;
    }
}

/// The rows that are shown, and a line for each fold.
pub(super) fn lines<'a>(report: &'a Report) -> Vec<Line<'a>> {
    let line = |row: &'a Row| match report.folds.iter().find(|fold| fold.has(row.row)) {
        None => Some(Line::Row(row)),
        Some(fold) => (fold.from == row.row).then_some(Line::Fold(*fold)),
    };
    report.rows.iter().filter_map(line).collect()
}

/// Leaves out the middle of a trace that is too long even so.
fn shorten(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    if lines.len() > HEAD + TAIL {
        let tail = lines.split_off(lines.len() - TAIL);
        let middle = lines.split_off(HEAD);
        let count = middle.iter().map(|line| match line {
            Line::Row(_) => 1,
            Line::Fold(Fold { from, to, .. }) => to - from + 1,
            Line::LeftOut(count) => *count,
        });
        lines.push(Line::LeftOut(count.sum()));
        lines.extend(tail);
    }
    lines
}

fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

/// Breaks a text into lines of at most `width` characters, at spaces where it can.
fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_words(text.split(' '), width)
}

/// Breaks a step into lines of at most `width` characters: not inside a call, and not behind an arrow, where that can be helped.
fn wrap_step(text: &str, width: usize) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    let mut is_open = false;
    for word in text.split(' ') {
        match pieces.last_mut().filter(|_| is_open) {
            Some(piece) => {
                piece.push(' ');
                piece.push_str(word);
            }
            None => pieces.push(word.to_owned()),
        }
        depth += word.matches('(').count();
        depth = depth.saturating_sub(word.matches(')').count());
        is_open = depth > 0 || ["→", "✗", "⏸", "|"].contains(&word);
    }
    let words = pieces.iter().flat_map(|piece| {
        let fits = piece.chars().count() <= width;
        let mut whole = Some(piece.as_str()).filter(|_| fits).into_iter();
        let mut parts = Some(piece.split(' ')).filter(|_| !fits);
        std::iter::from_fn(move || whole.next().or_else(|| parts.as_mut()?.next()))
    });
    wrap_words(words, width)
}

fn wrap_words<'a>(words: impl Iterator<Item = &'a str>, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line: Vec<char> = Vec::new();
    for word in words {
        let mut word: Vec<char> = word.chars().collect();
        if !line.is_empty() && line.len() + 1 + word.len() > width {
            lines.push(line.drain(..).collect());
        }
        if !line.is_empty() {
            line.push(' ');
        }
        while word.len() > width {
            let rest = word.split_off(width);
            lines.push(word.into_iter().collect());
            word = rest;
        }
        line.extend(word);
    }
    lines.push(line.into_iter().collect());
    lines
}

fn write_wrapped(text: &mut String, sentence: &str, indent: &str, width: usize) {
    for line in wrap(sentence, width.saturating_sub(indent.len())) {
        let _ = writeln!(text, "{indent}{line}");
    }
}

const BOLD: &str = "1";
const RED: &str = "1;31";

fn paint(text: &str, colour: &str, style: Style) -> String {
    if style.colour {
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_broken_between_calls_and_not_in_them() {
        let lines = wrap_step("value.compare(1, 2, Relaxed): 0 → 12", 30);
        assert_eq!(
            lines,
            ["value.compare(1, 2, Relaxed):", "0 → 12"].map(|line| line.to_owned())
        );
    }
}
