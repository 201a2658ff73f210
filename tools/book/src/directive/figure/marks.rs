//! What all drawings share: letters in attributes, upright lines, the numbers under a scale.

use super::number;
use super::scale::Scale;
use crate::html::escape;

/// Words that the style sheet takes from their attribute.
pub(super) fn shown(class: &str, text: &str, more: &str) -> String {
    format!(
        "<span class=\"{class}\" data-text=\"{}\"{more}></span>",
        escape(text)
    )
}

/// A line at `x` per cent.
pub(super) fn upright(class: &str, x: f64, top: u32, bottom: u32) -> String {
    format!("<line class=\"{class}\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"{top}\" y2=\"{bottom}\"/>")
}

/// Numbers at their places, to stand under a drawing.
pub(super) fn ticks(scale: &Scale, ticks: &[f64]) -> String {
    let mut html = "<div class=\"ticks\">".to_owned();
    for tick in ticks {
        let x = scale.at(*tick);
        // A number at either end would stick out.
        let (class, place) = match x {
            ..10.0 => ("first", format!("{:.2}%", if x < 3.0 { 0.0 } else { x })),
            90.0.. => ("last", format!("{:.2}%", if x > 97.0 { 100.0 } else { x })),
            _ => ("tick", format!("{x:.2}%")),
        };
        let place = format!(" style=\"left: {place}\"");
        html.push_str(&shown(class, &number(*tick), &place));
    }
    html + "</div>\n"
}

/// What a scale counts.
pub(super) fn axis(scale: &Scale, text: &str) -> String {
    let note = if scale.logarithmic {
        ", logarithmic"
    } else {
        ""
    };
    shown("axis", &format!("{text}{note}"), "")
}
