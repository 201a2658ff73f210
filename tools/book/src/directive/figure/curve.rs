//! Lines over a number: how something grows with the threads, the guards, the tasks.
//!
//! As in `plot`, places across are per cent and letters are HTML. A line is told by its dashes and its marker, not only
//! by its colour; its name stands at its end, and under the drawing where the screen is narrow.

use std::fmt::Write;

use super::marks::{axis, shown, ticks, upright};
use super::number;
use super::scale::Scale;
use crate::html::escape;

/// The least height of the drawing, in pixels.
const HEIGHT: f64 = 220.0;

/// The height of a line of letters, and how many fit into one at the end of a curve.
const LETTERS: f64 = 19.0;
const LETTERS_ACROSS: usize = 24;

/// Markers around 0, 0. Each stands for two lines: filled for one, larger and hollow for the other, so that both can
/// be seen where they meet.
const SHAPES: [&str; 5] = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M-3.5-3.5h7v7h-7z",
    "M0-5L4.5 3.5h-9z",
    "M0-5L5 0L0 5L-5 0z",
    "M-4.5-3.5h9L0 5z",
];

pub(super) struct Curve<'a> {
    pub(super) title: &'a str,
    /// What the number counts.
    pub(super) over: &'a str,
    /// What is measured.
    pub(super) axis: &'a str,
    pub(super) unit: &'a str,
    pub(super) lines: Vec<Line>,
    /// Where a line is drawn for comparison.
    pub(super) reference: Option<f64>,
}

pub(super) struct Line {
    /// Its marker and dashes, the same in every drawing of a figure.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) points: Vec<Point>,
}

pub(super) struct Point {
    pub(super) number: f64,
    pub(super) low: f64,
    pub(super) middle: f64,
    pub(super) high: f64,
}

impl Curve<'_> {
    pub(super) fn html(&self) -> String {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let least = |of: fn(&Point) -> f64| points().map(of).fold(f64::MAX, f64::min);
        let most = |of: fn(&Point) -> f64| points().map(of).fold(0.0, f64::max);
        let across = Scale::of_counts(least(|it| it.number), most(|it| it.number));
        let reference = self.reference;
        let up = Scale::over(
            least(|it| it.low).min(reference.unwrap_or(f64::MAX)),
            most(|it| it.high).max(reference.unwrap_or(0.0)),
        );
        let wanted: f64 = self.lines.iter().map(|line| letters(&line.name)).sum();
        let height = HEIGHT.max(wanted + LETTERS);
        let y = |value: f64| height * (1.0 - up.at(value) / 100.0);

        let numbers = self.numbers(&across);
        let mut drawing = String::new();
        for number in &numbers {
            drawing.push_str(&upright("grid", across.at(*number), 0, height as u32));
        }
        for tick in up.ticks() {
            drawing.push_str(&level("grid", y(tick)));
        }
        if let Some(reference) = reference {
            drawing.push_str(&level("reference", y(reference)));
        }
        for line in &self.lines {
            drawing.push_str(&drawn(line, &across, y));
        }
        let values: Vec<String> = up.ticks().into_iter().map(number).collect();
        let room = values.iter().map(String::len).max().unwrap_or(1);
        let mut html = format!(
            "<div class=\"plot curve\" role=\"img\" aria-label=\"{}\" style=\"--room: {room}ch\">\n{}\n\
             <div class=\"levels\" style=\"height: {height}px\">",
            escape(&self.description()),
            axis(&up, self.axis)
        );
        for (tick, value) in up.ticks().into_iter().zip(&values) {
            let place = format!(" style=\"top: {:.1}px\"", y(tick));
            html.push_str(&shown("level", value, &place));
        }
        let _ = writeln!(
            html,
            "</div>\n<svg width=\"100%\" height=\"{height}\" aria-hidden=\"true\">{drawing}</svg>"
        );
        html.push_str(&self.names(height, y));
        html.push_str(&ticks(&across, &numbers));
        html.push_str(&axis(&across, self.over).replace("axis", "axis over"));
        html + "\n</div>\n"
    }

    /// The numbers at which something was measured, without those for which there is no room.
    fn numbers(&self, across: &Scale) -> Vec<f64> {
        let mut all: Vec<f64> = self
            .lines
            .iter()
            .flat_map(|line| line.points.iter().map(|point| point.number))
            .collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        // From the right: the greatest is what most is said about.
        let mut kept: Vec<f64> = Vec::new();
        for number in all.into_iter().rev() {
            let has_room = |last: &f64| across.at(*last) - across.at(number) >= 9.0;
            if kept.last().is_none_or(has_room) {
                kept.push(number);
            }
        }
        kept.reverse();
        kept
    }

    /// The names at the ends of their lines, moved apart where they would overlap.
    fn names(&self, height: f64, y: impl Fn(f64) -> f64) -> String {
        let ends = self.lines.iter();
        let mut ends: Vec<(&Line, f64)> = ends
            .filter_map(|line| Some((line, y(line.points.last()?.middle))))
            .collect();
        ends.sort_by(|a, b| a.1.total_cmp(&b.1));
        let wanted: Vec<f64> = ends.iter().map(|(_, y)| *y).collect();
        let heights: Vec<f64> = ends.iter().map(|(line, _)| letters(&line.name)).collect();
        let mut html = "<div class=\"names\">".to_owned();
        for ((line, _), place) in ends.iter().zip(apart(&wanted, &heights, height)) {
            let Line { number, name, .. } = line;
            let _ = write!(
                html,
                "<span class=\"end\" style=\"--y: {place:.1}px\"><svg width=\"34\" height=\"14\">\
                 <g class=\"line-{number}\"><line x1=\"0\" x2=\"34\" y1=\"7\" y2=\"7\"/>\
                 <svg x=\"17\" y=\"7\">{}</svg></g></svg>{}</span>",
                marker(*number),
                shown("name", if name.is_empty() { "all" } else { name }, "")
            );
        }
        html + "</div>\n"
    }

    /// What somebody is told who does not see it.
    fn description(&self) -> String {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                let points: Vec<String> = line
                    .points
                    .iter()
                    .map(|it| format!("{} at {}", number(it.middle), number(it.number)))
                    .collect();
                format!("{}: {}", line.name, points.join(", "))
            })
            .collect();
        format!(
            "{}, {}, over {}. {}",
            self.title,
            self.unit,
            self.over,
            lines.join("; ")
        )
    }
}

/// One line, with its markers and the intervals around them.
fn drawn(line: &Line, across: &Scale, y: impl Fn(f64) -> f64) -> String {
    let mut svg = format!("<g class=\"line-{}\">", line.number);
    for pair in line.points.windows(2) {
        let _ = write!(
            svg,
            "<line x1=\"{:.2}%\" y1=\"{:.1}\" x2=\"{:.2}%\" y2=\"{:.1}\"/>",
            across.at(pair[0].number),
            y(pair[0].middle),
            across.at(pair[1].number),
            y(pair[1].middle)
        );
    }
    for point in &line.points {
        let middle = y(point.middle);
        let (low, high) = (y(point.low) - middle, y(point.high) - middle);
        let _ = write!(
            svg,
            "<svg x=\"{:.2}%\" y=\"{middle:.1}\">\
             <path class=\"whisker\" d=\"M0 {low:.1}V{high:.1}M-3 {low:.1}h6M-3 {high:.1}h6\"/>{}</svg>",
            across.at(point.number),
            marker(line.number)
        );
    }
    svg + "</g>"
}

fn marker(number: usize) -> String {
    let shape = SHAPES[number / 2 % SHAPES.len()];
    match number % 2 {
        0 => format!("<path class=\"marker\" d=\"{shape}\"/>"),
        _ => format!("<path class=\"marker hollow\" transform=\"scale(1.5)\" d=\"{shape}\"/>"),
    }
}

fn level(class: &str, y: f64) -> String {
    format!("<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>")
}

/// How high a name is at the end of its line.
fn letters(name: &str) -> f64 {
    name.chars().count().div_ceil(LETTERS_ACROSS).max(1) as f64 * LETTERS
}

/// Places near `wanted`, which ascend, for things of these heights, so that none overlaps and all are within `height`
/// if there is room.
fn apart(wanted: &[f64], heights: &[f64], height: f64) -> Vec<f64> {
    let mut places = wanted.to_vec();
    let gap = |at: usize| (heights[at] + heights[at + 1]) / 2.0;
    for at in 1..places.len() {
        places[at] = places[at].max(places[at - 1] + gap(at - 1));
    }
    if let (Some(place), Some(own)) = (places.last_mut(), heights.last()) {
        *place = place.min(height - own / 2.0);
    }
    for at in (1..places.len()).rev() {
        places[at - 1] = places[at - 1].min(places[at] - gap(at - 1));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(lines: Vec<Line>) -> String {
        let curve = Curve {
            title: "T",
            over: "threads",
            axis: "ns",
            unit: "ns",
            lines,
            reference: None,
        };
        curve.html()
    }

    fn line(name: &str, middles: &[f64]) -> Line {
        let point = |(at, middle): (usize, &f64)| Point {
            number: (at + 1) as f64,
            low: middle * 0.9,
            middle: *middle,
            high: middle * 1.1,
        };
        Line {
            number: 0,
            name: name.to_owned(),
            points: middles.iter().enumerate().map(point).collect(),
        }
    }

    #[test]
    fn a_curve_is_told_and_its_letters_are_in_attributes() {
        let html = curve(vec![line("a <b>", &[5.0, 6.0])]);
        let told = "aria-label=\"T, ns, over threads. a &lt;b&gt;: 5 at 1, 6 at 2\"";
        assert!(html.contains(told), "{html}");
        let mut outside = html.split('>').filter_map(|part| part.split('<').next());
        assert!(outside.all(|text| text.trim().is_empty()), "{html}");
    }

    #[test]
    fn lines_differ_in_more_than_their_colour() {
        let markers: Vec<String> = (0..super::super::series::MOST).map(marker).collect();
        for (at, marker) in markers.iter().enumerate() {
            assert!(!markers[..at].contains(marker), "{marker} is there twice");
        }
    }

    #[test]
    fn names_move_apart_and_stay_within_the_drawing() {
        assert_eq!(apart(&[10.0, 100.0], &[20.0, 20.0], 200.0), [10.0, 100.0]);
        assert_eq!(apart(&[50.0, 51.0], &[20.0, 20.0], 200.0), [50.0, 70.0]);
        assert_eq!(apart(&[50.0, 51.0], &[20.0, 40.0], 200.0), [50.0, 80.0]);
        assert_eq!(apart(&[190.0, 195.0], &[20.0, 20.0], 200.0), [170.0, 190.0]);
    }
}
