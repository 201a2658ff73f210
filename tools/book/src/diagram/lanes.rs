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

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};

use super::figure;
use crate::html::escape;

const WIDTH: f64 = 720.0;
const HEAD: f64 = 40.0;
const STEP: f64 = 44.0;

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
    let drawing = Drawing {
        lane: WIDTH / lanes.len() as f64,
    };
    let svg = drawing.svg(&lanes, &rows, &format!("{title}: {}", told.join("; ")));
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

struct Drawing {
    /// The width of one lane.
    lane: f64,
}

impl Drawing {
    /// The middle of a lane.
    fn middle(&self, lane: usize) -> f64 {
        self.lane * (lane as f64 + 0.5)
    }

    fn svg(&self, lanes: &[&str], rows: &[Row<'_>], described: &str) -> String {
        let height = HEAD + STEP * rows.len() as f64 + 8.0;
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n",
            escape(described)
        );
        for (lane, name) in lanes.iter().enumerate() {
            let (x, width) = (self.middle(lane), self.lane * 0.6);
            let left = x - width / 2.0;
            let name = escape(name);
            let _ = writeln!(
                svg,
                "<line class=\"life\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"32\" y2=\"{height}\"/>\
                 <rect class=\"head\" x=\"{left:.1}\" y=\"2\" width=\"{width:.1}\" height=\"28\" rx=\"4\"/>\
                 <text x=\"{x:.1}\" y=\"21\">{name}</text>"
            );
        }
        for (index, row) in rows.iter().enumerate() {
            let y = HEAD + STEP * (index as f64 + 0.5);
            match row {
                Row::Event { lane, text } => self.event(&mut svg, y, *lane, "event", text),
                Row::Blocked { lane, text } => {
                    self.event(&mut svg, y, *lane, "event blocked", text)
                }
                Row::Message { from, to, text } => self.message(&mut svg, y, (*from, *to), text),
            }
        }
        svg.push_str("</svg>");
        svg
    }

    fn event(&self, svg: &mut String, y: f64, lane: usize, class: &str, text: &str) {
        let (x, width) = (self.middle(lane), self.lane * 0.88);
        let (left, top, baseline) = (x - width / 2.0, y - 14.0, y + 5.0);
        let text = escape(text);
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"28\" rx=\"4\"/>\
             <text x=\"{x:.1}\" y=\"{baseline:.1}\">{text}</text>"
        );
    }

    fn message(&self, svg: &mut String, y: f64, (from, to): (usize, usize), text: &str) {
        let (x1, x2) = (self.middle(from), self.middle(to));
        let back = if x2 > x1 { -10.0 } else { 10.0 };
        let (shaft, middle, above) = (x2 + back * 0.8, (x1 + x2) / 2.0, y - 6.0);
        let text = escape(text);
        let _ = writeln!(
            svg,
            "<line class=\"message\" x1=\"{x1:.1}\" x2=\"{shaft:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <path class=\"arrow\" d=\"M{x2:.1} {y:.1}l{back} -5v10z\"/>\
             <text x=\"{middle:.1}\" y=\"{above:.1}\">{text}</text>"
        );
    }
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
    fn what_is_missing_is_named() {
        let told = |source: &str| draw(source).unwrap_err().to_string();
        assert!(told("title: T\nlanes: A\nC: one\n").contains("no lane \"C\""));
        assert!(told("title: T\nlanes: A\nnonsense\n").contains("`nonsense` is neither"));
        assert!(told("lanes: A\nA: one\n").contains("`title: …` is missing"));
        assert!(told("title: T\nlanes: A\n").contains("no event"));
    }
}
