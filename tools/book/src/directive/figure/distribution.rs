//! All samples of each row, as ticks on a strip, with the middle half of them in a box.

use std::fmt::Write;

use anyhow::{Result, ensure};

use super::data::{Figure, Row};
use super::marks::{axis, shown, ticks, upright};
use super::number;
use super::scale::Scale;
use crate::html::escape;

/// The height of a strip, in pixels.
const STRIP: u32 = 26;

/// Of a row, one sample in so many at either end does not widen the scale: one that was disturbed ten times as long as
/// the others would squeeze them all into one line.
const ENDS: usize = 100;

pub(super) fn html(figure: &Figure) -> Result<String> {
    let rows: Vec<(&Row, Vec<f64>)> = figure
        .rows
        .iter()
        .map(|row| {
            let mut times = row.times.clone();
            times.sort_by(f64::total_cmp);
            (row, times)
        })
        .collect();
    for (row, times) in &rows {
        ensure!(
            times.len() >= 10,
            "{:?} has not enough samples to draw; figures recorded before samples were kept have none: record it again",
            row.name
        );
    }
    let low = rows
        .iter()
        .map(|(_, times)| times[ends(times)])
        .fold(f64::MAX, f64::min);
    let high = rows
        .iter()
        .map(|(_, times)| times[times.len() - 1 - ends(times)])
        .fold(0.0, f64::max);
    let scale = Scale::between(low, high);
    let mut html = format!(
        "<div class=\"plot distribution\" role=\"img\" aria-label=\"{}\">\n",
        escape(&description(figure, &rows))
    );
    let mut beyond = 0;
    for (row, times) in &rows {
        let (left, right) = (scale.at(rank(times, 0.25)), scale.at(rank(times, 0.75)));
        let mut grid = String::new();
        for tick in scale.ticks() {
            grid.push_str(&upright("grid", scale.at(tick), 0, STRIP));
        }
        let mut samples = String::new();
        for time in times {
            match scale.at(*time) {
                // The strip is a thousand wide, and as wide as the page.
                x @ 0.0..=100.0 => _ = write!(samples, "M{:.0} 7v12", x * 10.0),
                _ => beyond += 1,
            }
        }
        let _ = writeln!(
            html,
            "<div class=\"names\">{}{}</div>\n\
             <svg width=\"100%\" height=\"{STRIP}\" aria-hidden=\"true\">{grid}\
             <rect class=\"half\" x=\"{left:.2}%\" width=\"{:.2}%\" y=\"3\" height=\"20\"/>\
             <svg viewBox=\"0 0 1000 {STRIP}\" preserveAspectRatio=\"none\" width=\"100%\" height=\"{STRIP}\">\
             <path class=\"sample\" d=\"{samples}\"/></svg>{}</svg>",
            shown("name", &row.name, ""),
            shown(
                "value",
                &format!("{} {}", number(row.median), figure.unit),
                ""
            ),
            right - left,
            upright("middle", scale.at(row.median), 1, STRIP - 1),
        );
    }
    let all: usize = rows.iter().map(|(_, times)| times.len()).sum();
    let note = match beyond {
        0 => figure.unit.clone(),
        _ => format!(
            "{}; {beyond} of {all} samples lie beyond the ends",
            figure.unit
        ),
    };
    html.push_str(&ticks(&scale, &scale.ticks()));
    Ok(html + &axis(&scale, &note) + "\n</div>\n")
}

/// What somebody is told who does not see it.
fn description(figure: &Figure, rows: &[(&Row, Vec<f64>)]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(row, times)| {
            format!(
                "{}: {} {}, half of {} samples between {} and {}",
                row.name,
                number(row.median),
                figure.unit,
                times.len(),
                number(rank(times, 0.25)),
                number(rank(times, 0.75))
            )
        })
        .collect();
    format!("{}. {}", figure.title, rows.join("; "))
}

fn ends(times: &[f64]) -> usize {
    times.len().div_ceil(ENDS)
}

/// The sample below which this share of them lies.
fn rank(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(times: &str) -> Figure {
        let json = format!(
            "{{\"version\":1,\"title\":\"T\",\"unit\":\"ns\",\"recorded\":\"D\",\
             \"machine\":{{\"cpu\":\"C\",\"cores\":2,\"os\":\"O\"}},\"bench\":\"B\",\"rows\":[\
             {{\"name\":\"a\",\"median\":5,\"low\":4,\"high\":6,\"samples\":12,\"times\":[{times}]}}]}}"
        );
        Figure::read(&json).unwrap()
    }

    #[test]
    fn every_sample_is_drawn_or_counted() {
        let html = html(&figure("4,4.2,4.4,4.6,4.8,5,5,5.2,5.4,5.6,5.8,6")).unwrap();
        assert_eq!(html.matches("v12").count(), 12, "{html}");
        assert!(html.contains("half of 12 samples between"), "{html}");
        let disturbed: String = (0..99)
            .map(|n| format!("{},", 4.0 + f64::from(n) / 50.0))
            .collect();
        let html = super::html(&figure(&(disturbed + "100"))).unwrap();
        assert_eq!(html.matches("v12").count(), 99, "{html}");
        assert!(html.contains("1 of 100 samples lie beyond"), "{html}");
    }

    #[test]
    fn a_figure_without_samples_has_no_distribution() {
        let error = html(&figure("")).unwrap_err().to_string();
        assert!(error.contains("record it again"), "{error}");
    }
}
