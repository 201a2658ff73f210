//! Dots with intervals, each on a strip of its own under its name, that fit any width.
//!
//! The strips are SVG without a `viewBox`: across, everything is placed in per cent; down, in pixels. So a narrow
//! screen squeezes the distances and not the letters. Letters are HTML, and wrap. They stand in attributes, which a
//! style sheet shows: the search would list a page under every number on its scales. The same words are in the
//! label of the whole, and in the table below it.

use std::fmt::Write;

use super::marks::{axis, shown, ticks, upright};
use super::number;
use super::scale::Scale;
use crate::html::escape;

/// The height of a strip, in pixels.
const STRIP: u32 = 18;

pub(super) struct Dot {
    pub(super) label: String,
    /// Written out at the right, such as `5.2 ns`.
    pub(super) value: String,
    pub(super) ours: Span,
    /// What the reader has measured.
    pub(super) yours: Option<Span>,
}

#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) middle: f64,
    pub(super) high: f64,
}

pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    /// What the scale counts.
    pub(super) axis: &'a str,
    pub(super) dots: Vec<Dot>,
    /// Where a line is drawn for comparison.
    pub(super) reference: Option<f64>,
}

impl Plot<'_> {
    pub(super) fn html(&self) -> String {
        let scale = self.scale();
        let mut html = format!(
            "<div class=\"plot\" role=\"img\" aria-label=\"{}\">\n",
            escape(&self.description())
        );
        for dot in &self.dots {
            let _ = writeln!(
                html,
                "<div class=\"names\">{}{}</div>\n{}",
                shown("name", &dot.label, ""),
                shown("value", &dot.value, ""),
                self.strip(dot, &scale)
            );
        }
        html + &ticks(&scale, &scale.ticks()) + &axis(&scale, self.axis) + "\n</div>\n"
    }

    fn strip(&self, dot: &Dot, scale: &Scale) -> String {
        let height = if dot.yours.is_some() {
            2 * STRIP
        } else {
            STRIP
        };
        let mut lines = String::new();
        for tick in scale.ticks() {
            lines.push_str(&upright("grid", scale.at(tick), 0, height));
        }
        if let Some(reference) = self.reference {
            lines.push_str(&upright("reference", scale.at(reference), 0, height));
        }
        lines.push_str(&drawn(dot.ours, scale, STRIP / 2, CIRCLE));
        if let Some(yours) = dot.yours {
            let strip = drawn(yours, scale, STRIP + STRIP / 2, DIAMOND);
            let _ = write!(lines, "<g class=\"yours\">{strip}</g>");
        }
        format!("<svg width=\"100%\" height=\"{height}\" aria-hidden=\"true\">{lines}</svg>")
    }

    /// What somebody is told who does not see it.
    fn description(&self) -> String {
        let dots: Vec<String> = self
            .dots
            .iter()
            .map(|dot| {
                let (low, high) = (number(dot.ours.low), number(dot.ours.high));
                format!("{}: {} ({low} to {high})", dot.label, dot.value)
            })
            .collect();
        format!("{}. {}", self.title, dots.join("; "))
    }

    fn scale(&self) -> Scale {
        let spans = || {
            self.dots
                .iter()
                .flat_map(|dot| [Some(dot.ours), dot.yours])
                .flatten()
        };
        let low = spans().map(|span| span.low).fold(f64::MAX, f64::min);
        let high = spans().map(|span| span.high).fold(0.0, f64::max);
        let low = self.reference.map_or(low, |reference| low.min(reference));
        let high = self.reference.map_or(high, |reference| high.max(reference));
        Scale::over(low, high)
    }
}

const CIRCLE: &str = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0";
const DIAMOND: &str = "M0-5L5 0L0 5L-5 0z";

/// The dot of a strip, on its interval.
fn drawn(span: Span, scale: &Scale, y: u32, shape: &str) -> String {
    let (low, middle, high) = (
        scale.at(span.low),
        scale.at(span.middle),
        scale.at(span.high),
    );
    format!(
        "<line class=\"track\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>\
         <line class=\"interval\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{y}\" y2=\"{y}\"/>{}{}\
         <svg x=\"{middle:.2}%\" y=\"{y}\"><path class=\"dot\" d=\"{shape}\"/></svg>",
        upright("interval", low, y - 5, y + 5),
        upright("interval", high, y - 5, y + 5),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_is_told_and_its_letters_are_in_attributes() {
        let dot = Dot {
            label: "a <b>".to_owned(),
            value: "5 ns".to_owned(),
            ours: Span {
                low: 4.0,
                middle: 5.0,
                high: 6.0,
            },
            yours: None,
        };
        let plot = Plot {
            title: "T",
            axis: "ns",
            dots: vec![dot],
            reference: None,
        };
        let html = plot.html();
        assert!(
            html.contains("aria-label=\"T. a &lt;b&gt;: 5 ns (4 to 6)\""),
            "{html}"
        );
        assert!(html.contains("data-text=\"a &lt;b&gt;\""), "{html}");
        let mut outside = html.split('>').filter_map(|part| part.split('<').next());
        assert!(outside.all(|text| text.trim().is_empty()), "{html}");
    }
}
