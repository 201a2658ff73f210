//! Dots with intervals, as an SVG that fits any width.
//!
//! It has no `viewBox`: across, everything is placed in per cent; down, in pixels. So a narrow screen
//! squeezes the distances and not the letters. A label stands above its dot, not beside it.

use std::fmt::Write;

use super::number;
use crate::html::escape;

const TOP: u32 = 6;
const ROW: u32 = 46;
const AXIS: u32 = 44;

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
    /// Starts the ids of this drawing.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What the scale counts.
    pub(super) axis: &'a str,
    pub(super) dots: Vec<Dot>,
    /// Where a line is drawn for comparison.
    pub(super) reference: Option<f64>,
}

impl Plot<'_> {
    pub(super) fn svg(&self) -> String {
        let scale = self.scale();
        let bottom = TOP + ROW * self.dots.len() as u32;
        let mut svg = self.head(bottom + AXIS);
        for tick in scale.ticks() {
            let (x, number) = (scale.at(tick), number(tick));
            // A label at either end would stick out.
            let anchor = match x {
                ..10.0 => "start",
                90.0.. => "end",
                _ => "middle",
            };
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
                 <text class=\"tick\" x=\"{x:.2}%\" y=\"{}\" text-anchor=\"{anchor}\">{number}</text>",
                bottom + 16
            );
        }
        if let Some(reference) = self.reference {
            let x = scale.at(reference);
            let _ = writeln!(
                svg,
                "<line class=\"reference\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"{TOP}\" y2=\"{bottom}\"/>"
            );
        }
        for (index, dot) in self.dots.iter().enumerate() {
            draw(&mut svg, dot, &scale, TOP + ROW * index as u32);
        }
        let note = if scale.logarithmic {
            ", logarithmic"
        } else {
            ""
        };
        let _ = writeln!(
            svg,
            "<text class=\"tick\" x=\"50%\" y=\"{}\" text-anchor=\"middle\">{}{note}</text>\n</svg>",
            bottom + 36,
            escape(self.axis)
        );
        svg
    }

    fn head(&self, height: u32) -> String {
        let told: Vec<String> = self
            .dots
            .iter()
            .map(|dot| {
                let (low, high) = (number(dot.low), number(dot.high));
                format!("{}: {} ({low} to {high})", dot.label, dot.value)
            })
            .collect();
        format!(
            "<svg width=\"100%\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
            escape(self.title),
            escape(&told.join("; ")),
            id = self.id,
        )
    }

    fn scale(&self) -> Scale {
        let low = self.dots.iter().map(|dot| dot.low).fold(f64::MAX, f64::min);
        let high = self.dots.iter().map(|dot| dot.high).fold(0.0, f64::max);
        let low = self.reference.map_or(low, |reference| low.min(reference));
        let high = self.reference.map_or(high, |reference| high.max(reference));
        Scale::over(low, high)
    }
}

fn draw(svg: &mut String, dot: &Dot, scale: &Scale, top: u32) {
    let (low, middle, high) = (scale.at(dot.low), scale.at(dot.middle), scale.at(dot.high));
    let y = top + 33;
    let (above, below) = (y - 5, y + 5);
    let _ = writeln!(
        svg,
        "<text x=\"0\" y=\"{baseline}\">{label}</text>\
         <text class=\"value\" x=\"100%\" y=\"{baseline}\" text-anchor=\"end\">{value}</text>\
         <line class=\"track\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>\
         <line class=\"interval\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{y}\" y2=\"{y}\"/>\
         <line class=\"interval\" x1=\"{low:.2}%\" x2=\"{low:.2}%\" y1=\"{above}\" y2=\"{below}\"/>\
         <line class=\"interval\" x1=\"{high:.2}%\" x2=\"{high:.2}%\" y1=\"{above}\" y2=\"{below}\"/>\
         <circle class=\"dot\" cx=\"{middle:.2}%\" cy=\"{y}\" r=\"4\"/>",
        baseline = top + 18,
        label = escape(&dot.label),
        value = escape(&dot.value),
    );
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
