//! What stands under a drawing: its numbers, and where they come from.

use std::fmt::Write;

use super::data::{Figure, Ratio};
use super::{View, number};
use crate::html::escape;

/// All numbers, folded.
pub(super) fn table(figure: &Figure, yours: Option<&Figure>) -> String {
    let unit = escape(&figure.unit);
    let mut rows = String::new();
    for row in &figure.rows {
        let (ratio, baseline) = row.ratio().map_or(Default::default(), |ratio| {
            (with_interval(ratio), escape(ratio.baseline))
        });
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{} to {}</td><td>{}</td><td>{ratio}</td><td>{baseline}</td>",
            escape(&row.name),
            number(row.median),
            number(row.low),
            number(row.high),
            row.samples,
        );
        if let Some(yours) = yours {
            let row = yours.same(row);
            let median = row.map_or(String::new(), |row| number(row.median));
            let ratio = row
                .and_then(|row| row.ratio())
                .map_or(String::new(), with_interval);
            let _ = write!(rows, "<td>{median}</td><td>{ratio}</td>");
        }
        rows.push_str("</tr>\n");
    }
    let of_yours = match yours {
        Some(yours) => format!(
            "<th>yours: median, {}</th><th>yours: ratio (interval)</th>",
            escape(&yours.unit)
        ),
        None => String::new(),
    };
    format!(
        "<details><summary>The numbers</summary>\n\
         <div class=\"table-wrapper\" role=\"region\" aria-label=\"The numbers: {}\">\n\
         <table>\n<thead><tr><th>benchmark</th><th>median, {unit}</th><th>confidence interval</th>\
         <th>samples</th><th>ratio (interval)</th><th>to</th>{of_yours}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n</details>\n",
        escape(&figure.title)
    )
}

fn with_interval(ratio: Ratio<'_>) -> String {
    format!(
        "{} ({} to {})",
        number(ratio.middle),
        number(ratio.low),
        number(ratio.high)
    )
}

/// How to read it, where and when the numbers come from, and how to get one's own.
pub(super) fn provenance(figure: &Figure, yours: Option<&Figure>, view: &View) -> String {
    let legend = match view {
        View::Dots | View::Ratios => "Dot: median. Line: its confidence interval.",
        View::Curve => "Marker: median. Upright line: its confidence interval.",
        View::Distribution => {
            "Each thin line is a sample. Thick line: median. Box: the middle half. Below, dot: median of the ratios; \
             line: its confidence interval."
        }
    };
    let yours = match yours {
        Some(yours) => format!(" Diamond: yours, recorded {}.", yours.origin.html()),
        None => String::new(),
    };
    format!(
        "<p class=\"provenance\">{legend} Recorded {}.{yours} Measure it on yours: <code>{}</code></p>\n",
        figure.origin.html(),
        escape(&figure.bench)
    )
}
