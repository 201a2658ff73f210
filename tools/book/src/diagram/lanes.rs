//! Threads side by side, time running down.
//!
//! ```text
//! title: A lost update
//! lanes: Ann, Ben
//! Ann: reads 0
//! Ann -> Ben: is preempted
//! Ben! waits for the lock
//! ```
//!
//! `:` is an event, `!` one that does not get on, `->` a message from lane to lane.
//!
//! There is no `viewBox`: across, everything is placed in per cent, so that letters keep their size on a
//! narrow screen.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};

use super::figure;
use crate::html::escape;

/// Down, in pixels.
const HEAD: usize = 48;
const GAP: usize = 16;
const PADDING: usize = 6;
const LINE: usize = 18;

/// A longer text is broken into lines of at most so many letters.
const LETTERS: usize = 20;

/// About how wide a letter is, in em, in a box with some air around the text.
const LETTER: f64 = 0.56;

enum Row<'a> {
    Event {
        lane: usize,
        text: &'a str,
    },
    Blocked {
        lane: usize,
        text: &'a str,
    },
    Message {
        from: usize,
        to: usize,
        text: &'a str,
    },
}

/// Draws `source`.
pub(crate) fn draw(source: &str) -> Result<String> {
    let mut title = "";
    let mut lanes = Vec::new();
    let mut rows = Vec::new();
    let mut told = Vec::new();
    for line in source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if let Some(text) = line.strip_prefix("title:") {
            title = text.trim();
        } else if let Some(names) = line.strip_prefix("lanes:") {
            lanes = names.split(',').map(str::trim).collect();
        } else {
            rows.push(row(line, &lanes)?);
            told.push(line);
        }
    }
    ensure!(!title.is_empty(), "lanes: a line `title: …` is missing");
    ensure!(!lanes.is_empty(), "lanes: a line `lanes: A, B` is missing");
    ensure!(!rows.is_empty(), "lanes: there is no event");
    let drawing = Drawing { lanes: &lanes };
    let svg = drawing.svg(&rows, &format!("{title}: {}", told.join("; ")));
    Ok(figure("lanes", &svg, title))
}

fn row<'a>(line: &'a str, lanes: &[&str]) -> Result<Row<'a>> {
    let lane = |name: &str| {
        lanes
            .iter()
            .position(|lane| *lane == name.trim())
            .with_context(|| format!("lanes: no lane {:?} above `{line}`", name.trim()))
    };
    if let Some((from, rest)) = line.split_once("->") {
        let (to, text) = rest.split_once(':').unwrap_or((rest, ""));
        let (from, to) = (lane(from)?, lane(to)?);
        ensure!(from != to, "lanes: `{line}` goes nowhere");
        return Ok(Row::Message {
            from,
            to,
            text: text.trim(),
        });
    }
    let Some(at) = line.find([':', '!']) else {
        bail!(
            "lanes: `{line}` is neither `LANE: event`, `LANE! event` nor `LANE -> LANE: message`"
        );
    };
    let (lane, text) = (lane(&line[..at])?, line[at + 1..].trim());
    Ok(match &line[at..=at] {
        "!" => Row::Blocked { lane, text },
        _ => Row::Event { lane, text },
    })
}

struct Drawing<'a> {
    lanes: &'a [&'a str],
}

impl Drawing<'_> {
    /// The width of one lane, in per cent.
    fn width(&self) -> f64 {
        100.0 / self.lanes.len() as f64
    }

    /// The middle of a lane, in per cent.
    fn middle(&self, lane: usize) -> f64 {
        self.width() * (lane as f64 + 0.5)
    }

    fn svg(&self, rows: &[Row<'_>], described: &str) -> String {
        let mut drawn = String::new();
        let mut top = HEAD;
        let mut longest = 0;
        for row in rows {
            let lines = broken(row.text());
            longest = lines
                .iter()
                .map(|line| line.chars().count())
                .fold(longest, usize::max);
            let height = 2 * PADDING + LINE * lines.len().max(1);
            drawn.push_str(&match row {
                Row::Event { lane, .. } => self.text_box("event", *lane, 0.9, top, &lines),
                Row::Blocked { lane, .. } => {
                    self.text_box("event blocked", *lane, 0.9, top, &lines)
                }
                Row::Message { from, to, .. } => self.message((*from, *to), top, &lines),
            });
            drawn.push('\n');
            top += height + GAP;
        }
        // With more lanes than fit, the figure scrolls.
        let width = self.lanes.len() as f64 * longest as f64 * LETTER;
        let mut svg = format!(
            "<svg width=\"100%\" height=\"{top}\" style=\"min-width: {width:.0}em\" role=\"img\" \
             aria-label=\"{}\">\n",
            escape(described)
        );
        for (lane, name) in self.lanes.iter().enumerate() {
            let x = self.middle(lane);
            let _ = writeln!(
                svg,
                "<line class=\"life\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"32\" y2=\"{top}\"/>{}",
                self.text_box("head", lane, 0.7, 2, &[name])
            );
        }
        svg + &drawn + "</svg>"
    }

    /// A box with text in it, as wide as this part of its lane.
    fn text_box(&self, class: &str, lane: usize, part: f64, top: usize, lines: &[&str]) -> String {
        let (middle, width) = (self.middle(lane), self.width() * part);
        format!(
            "<rect class=\"{class}\" x=\"{:.2}%\" y=\"{top}\" width=\"{width:.2}%\" height=\"{}\" rx=\"4\"/>{}",
            middle - width / 2.0,
            2 * PADDING + LINE * lines.len(),
            text(middle, top + PADDING, lines)
        )
    }

    /// An arrow under its text.
    fn message(&self, (from, to): (usize, usize), top: usize, lines: &[&str]) -> String {
        let (x1, x2) = (self.middle(from), self.middle(to));
        let (y, head) = (
            top + PADDING + LINE * lines.len() + PADDING / 2,
            if x2 > x1 { -10 } else { 10 },
        );
        // A path knows no per cent: the head is drawn at the origin of an SVG that is placed by it.
        format!(
            "<line class=\"message\" x1=\"{x1:.2}%\" x2=\"{x2:.2}%\" y1=\"{y}\" y2=\"{y}\"/>\
             <svg class=\"arrow\" x=\"{x2:.2}%\" y=\"{y}\"><path d=\"M0 0l{head} -5v10z\"/></svg>{}",
            text((x1 + x2) / 2.0, top, lines)
        )
    }
}

impl<'a> Row<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Event { text, .. } | Self::Blocked { text, .. } | Self::Message { text, .. } => {
                text
            }
        }
    }
}

/// Lines of text under each other, around `x` per cent.
fn text(x: f64, top: usize, lines: &[&str]) -> String {
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let y = top + LINE * index + 13;
            format!("<text x=\"{x:.2}%\" y=\"{y}\">{}</text>", escape(line))
        })
        .collect()
}

/// `text` broken at spaces into lines of at most [`LETTERS`] letters, where its words allow it.
fn broken(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while rest.chars().count() > LETTERS {
        let fits = rest
            .char_indices()
            .nth(LETTERS + 1)
            .map_or(rest.len(), |(at, _)| at);
        let space = rest[..fits].rfind(' ').or_else(|| rest.find(' '));
        let Some(space) = space else { break };
        lines.push(&rest[..space]);
        rest = rest[space..].trim_start();
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_drawn_and_told() {
        let svg = draw("title: T\nlanes: A, B\nA: one\nB! two\nA -> B: three\n").unwrap();
        for part in [
            "aria-label=\"T: A: one; B! two; A -&gt; B: three\"",
            ">three</text>",
            "event blocked",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }

    #[test]
    fn a_long_text_is_broken_between_words() {
        assert_eq!(broken("short"), ["short"]);
        assert_eq!(broken("exactly twenty chars"), ["exactly twenty chars"]);
        assert_eq!(
            broken("return (unlock is further down)"),
            ["return (unlock is", "further down)"]
        );
        assert_eq!(
            broken("one_word_that_does_not_fit x"),
            ["one_word_that_does_not_fit", "x"]
        );
        assert_eq!(broken(""), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let told = |source: &str| draw(source).unwrap_err().to_string();
        assert!(told("title: T\nlanes: A\nC: one\n").contains("no lane \"C\""));
        assert!(told("title: T\nlanes: A\nnonsense\n").contains("`nonsense` is neither"));
        assert!(told("lanes: A\nA: one\n").contains("`title: …` is missing"));
        assert!(told("title: T\nlanes: A\n").contains("no event"));
    }
}
