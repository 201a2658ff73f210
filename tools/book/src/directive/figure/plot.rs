//! Dots with intervals, each on a strip of its own under its name, that fit any width.
//!
//! The strips are SVG without a `viewBox`: across, everything is placed in per cent; down, in pixels. So a narrow
//! screen squeezes the distances and not the letters. Letters are HTML, and wrap. They stand in attributes, which a
//! style sheet shows: the search would list a page under every number on its scales. The same words are in the
//! label of the whole, and in the table below it.

use std::fmt::Write;

use super::number;
use crate::html::escape;

/// The height of a strip, in pixels.
const STRIP: u32 = 18;

/// Beyond this ratio of the ends, a scale that starts at zero would put most dots on top of each other.
const WIDEST_LINEAR: f64 = 30.0;

/// Per cent of the width left free at each end, for the caps.
const MARGIN: f64 = 1.5;

pub(super) struct Dot {
    pub(super) label: String,
    /// Written out at the right, such as `5.2 ns`.
    pub(super) value: String,
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
        let mut lines = String::new();
        for tick in scale.ticks() {
            lines.push_str(&upright("grid", scale.at(tick), 0, STRIP));
        }
        if let Some(reference) = self.reference {
            lines.push_str(&upright("reference", scale.at(reference), 0, STRIP));
        }
        let mut html = format!(
            "<div class=\"plot\" role=\"img\" aria-label=\"{}\">\n",
            escape(&self.told())
        );
        for dot in &self.dots {
            let _ = writeln!(
                html,
                "<div class=\"names\">{}{}</div>\n\
                 <svg width=\"100%\" height=\"{STRIP}\" aria-hidden=\"true\">{lines}{}</svg>",
                shown("name", &dot.label, ""),
                shown("value", &dot.value, ""),
                drawn(dot, &scale)
            );
        }
        html.push_str("<div class=\"ticks\">");
        for tick in scale.ticks() {
            let x = scale.at(tick);
            // A number at either end would stick out.
            let (class, place) = match x {
                ..10.0 => ("first", "0".to_owned()),
                90.0.. => ("last", "100%".to_owned()),
                _ => ("tick", format!("{x:.2}%")),
            };
            html.push_str(&shown(
                class,
                &number(tick),
                &format!(" style=\"left: {place}\""),
            ));
        }
        let note = if scale.logarithmic {
            ", logarithmic"
        } else {
            ""
        };
        let axis = shown("axis", &format!("{}{note}", self.axis), "");
        html + "</div>\n" + &axis + "\n</div>\n"
    }

    /// What somebody is told who does not see it.
    fn told(&self) -> String {
        let dots: Vec<String> = self
            .dots
            .iter()
            .map(|dot| {
                let (low, high) = (number(dot.low), number(dot.high));
                format!("{}: {} ({low} to {high})", dot.label, dot.value)
            })
            .collect();
        format!("{}. {}", self.title, dots.join("; "))
    }

    fn scale(&self) -> Scale {
        let low = self.dots.iter().map(|dot| dot.low).fold(f64::MAX, f64::min);
        let high = self.dots.iter().map(|dot| dot.high).fold(0.0, f64::max);
        let low = self.reference.map_or(low, |reference| low.min(reference));
        let high = self.reference.map_or(high, |reference| high.max(reference));
        Scale::over(low, high)
    }
}

/// Words that the style sheet takes from their attribute.
fn shown(class: &str, text: &str, more: &str) -> String {
    format!(
        "<span class=\"{class}\" data-text=\"{}\"{more}></span>",
        escape(text)
    )
}

/// The dot of a strip, on its interval.
fn drawn(dot: &Dot, scale: &Scale) -> String {
    let (low, middle, high) = (scale.at(dot.low), scale.at(dot.middle), scale.at(dot.high));
    let y = STRIP / 2;
    format!(
        "<line class=\"track\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>\
         <line class=\"interval\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{y}\" y2=\"{y}\"/>{}{}\
         <circle class=\"dot\" cx=\"{middle:.2}%\" cy=\"{y}\" r=\"4\"/>",
        upright("interval", low, y - 5, y + 5),
        upright("interval", high, y - 5, y + 5),
    )
}

fn upright(class: &str, x: f64, top: u32, bottom: u32) -> String {
    format!("<line class=\"{class}\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"{top}\" y2=\"{bottom}\"/>")
}

/// From a value to a place across.
struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    fn over(low: f64, high: f64) -> Self {
        if high > low * WIDEST_LINEAR {
            return Self {
                low,
                high,
                logarithmic: true,
            };
        }
        let step = step(high);
        Self {
            low: 0.0,
            high: (high / step).ceil() * step,
            logarithmic: false,
        }
    }

    /// Per cent of the width.
    fn at(&self, value: f64) -> f64 {
        let part = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            value / self.high
        };
        MARGIN + part * (100.0 - 2.0 * MARGIN)
    }

    fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let first = self.low.log10().ceil() as i32;
            let last = self.high.log10().floor() as i32;
            return (first..=last).map(|power| 10_f64.powi(power)).collect();
        }
        let step = step(self.high);
        let count = (self.high / step).round() as u32;
        (0..=count).map(|n| f64::from(n) * step).collect()
    }
}

/// A round number that divides `high` into two to five steps.
fn step(high: f64) -> f64 {
    let power = 10_f64.powf(high.log10().floor());
    let leading = high / power;
    power
        * match leading {
            ..=1.0 => 0.25,
            ..=2.0 => 0.5,
            ..=5.0 => 1.0,
            _ => 2.0,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_is_told_and_its_letters_are_in_attributes() {
        let dot = Dot {
            label: "a <b>".to_owned(),
            value: "5 ns".to_owned(),
            low: 4.0,
            middle: 5.0,
            high: 6.0,
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

    #[test]
    fn a_scale_has_few_round_ticks_and_reaches_past_the_highest_value() {
        for high in [0.03, 0.99, 1.0, 1.02, 5.3, 9.9, 47.0, 230.0, 1001.0] {
            let scale = Scale::over(high / 3.0, high);
            let ticks = scale.ticks();
            assert!((3..=7).contains(&ticks.len()), "{high}: {ticks:?}");
            assert!(
                ticks.last().is_some_and(|last| *last >= high * 0.999),
                "{high}: {ticks:?}"
            );
            assert!(scale.at(high) <= 98.6, "{high} lies outside");
        }
    }

    #[test]
    fn far_apart_values_get_a_logarithmic_scale() {
        let scale = Scale::over(5.0, 5000.0);
        assert_eq!(scale.ticks(), [10.0, 100.0, 1000.0]);
        assert!((scale.at(5.0) - MARGIN).abs() < 1e-9);
        assert!((scale.at(5000.0) - (100.0 - MARGIN)).abs() < 1e-9);
    }
}
