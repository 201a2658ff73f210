//! A report as text: the headline, a table with one lane per thread, and the why.

use std::fmt::Write;
use std::io::{self, IsTerminal};

use super::{Report, Row, State};

/// The width of a table that knows of no terminal.
const DEFAULT_WIDTH: usize = 100;
/// Below this a lane cannot be read.
const NARROWEST_LANE: usize = 14;
/// How much of a long trace is shown at its start, and at its end.
const HEAD: usize = 24;
const TAIL: usize = 40;

/// Where a table is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// How many columns there are.
    pub width: usize,
    /// Whether rows to look at are coloured, too. They are marked by `▶` in any case.
    pub colour: bool,
}

impl Default for Style {
    /// A hundred columns, without colour.
    fn default() -> Self {
        Self {
            width: DEFAULT_WIDTH,
            colour: false,
        }
    }
}

impl Style {
    /// What suits standard output: the terminal's width, or `COLUMNS`; colour only on a terminal, and never
    /// if `NO_COLOR` is set.
    pub fn of_stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            width: width(terminal),
            colour: terminal && !dumb && !set("NO_COLOR"),
        }
    }
}

fn width(terminal: bool) -> usize {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|columns| columns.parse().ok());
    let columns = columns.or_else(|| terminal.then(terminal_width).flatten());
    columns
        .filter(|columns| *columns >= 40)
        .unwrap_or(DEFAULT_WIDTH)
}

/// The width of the terminal that standard output is.
#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: this request writes a `winsize` to where its argument points, or nothing.
    let result = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    (result == 0 && size.ws_col > 0).then(|| size.ws_col.into())
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    None
}

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
        Lanes::new(self, style).write(&mut text);
        if !self.why.is_empty() {
            let _ = writeln!(text, "\n{}", paint("why", BOLD, style));
            for sentence in &self.why {
                write_wrapped(&mut text, sentence, "  ", style.width);
            }
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
enum Line<'a> {
    Row(&'a Row),
    /// Rows that repeat those before: the first and last number, and how many times.
    Repeat {
        from: usize,
        to: usize,
        rows: usize,
        times: usize,
    },
    LeftOut(usize),
}

impl<'a> Lanes<'a> {
    fn new(report: &'a Report, style: Style) -> Self {
        let lines = shorten(fold(&report.rows));
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
                Line::Repeat {
                    from,
                    to,
                    rows,
                    times,
                } => {
                    let what = if *rows == 1 {
                        String::from("the row above")
                    } else {
                        format!("the {rows} rows above")
                    };
                    let times = if *times == 1 {
                        "once".into()
                    } else {
                        format!("{times} times")
                    };
                    let _ = writeln!(text, "  ⋮    rows {from} to {to}: {what}, {times} more");
                }
                Line::LeftOut(count) => {
                    let _ = writeln!(text, "  ⋮    {count} rows left out");
                }
            }
        }
    }

    fn write_row(&self, text: &mut String, row: &Row) {
        let marked = self.report.marked.contains(&row.row);
        let cell = wrap(&row.text, self.widths[row.thread]);
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
    let file = row.file.rsplit('/').next().unwrap_or_default();
    format!("{file}:{}", row.line)
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

/// Folds rows that repeat those before them, as a spinning thread's do.
fn fold(rows: &[Row]) -> Vec<Line<'_>> {
    const LONGEST_ROUND: usize = 8;
    // Each time round, an unlock names another row.
    let text = |row: &Row| row.text.split(" (of row ").next().map(str::to_owned);
    let same = |a: &Row, b: &Row| {
        a.thread == b.thread && text(a) == text(b) && a.line == b.line && a.state == b.state
    };
    let mut lines = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        let times = |round: usize| {
            let rounds = rows[at..].chunks_exact(round);
            let first = &rows[at..at + round];
            rounds
                .take_while(|next| first.iter().zip(*next).all(|(a, b)| same(a, b)))
                .count()
        };
        let best = (1..=LONGEST_ROUND.min(rows.len() - at))
            .map(|round| (times(round), round))
            .filter(|(times, round)| times * round >= 3 && *times >= 2)
            .max_by_key(|(times, round)| (times * round, usize::MAX - round));
        match best {
            Some((times, round)) => {
                lines.extend(rows[at..at + round].iter().map(Line::Row));
                lines.push(Line::Repeat {
                    from: rows[at + round].row,
                    to: rows[at + times * round - 1].row,
                    rows: round,
                    times: times - 1,
                });
                at += times * round;
            }
            None => {
                lines.push(Line::Row(&rows[at]));
                at += 1;
            }
        }
    }
    lines
}

/// Leaves out the middle of a trace that is too long even so.
fn shorten(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    if lines.len() > HEAD + TAIL {
        let tail = lines.split_off(lines.len() - TAIL);
        let middle = lines.split_off(HEAD);
        let count = middle.iter().map(|line| match line {
            Line::Row(_) => 1,
            Line::Repeat { from, to, .. } => to - from + 1,
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
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line: Vec<char> = Vec::new();
    for word in text.split(' ') {
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
