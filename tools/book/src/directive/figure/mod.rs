//! `{{#figure CHAPTER/GROUP}}`: a measurement, drawn in the colours of the page, with its numbers and
//! the machine it was taken on.

mod data;
mod plot;

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::html::{block, escape};
use crate::repository::Repository;
use data::Figure;
use plot::{Dot, Plot};

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let path = format!("book/data/figures/{name}.json");
    let figure = Figure::read(&repository.read(&path)?).context(path)?;
    Ok(block(&format!(
        "<figure class=\"measurement\">\n<figcaption>{}</figcaption>\n{}{}{}{}</figure>\n",
        escape(&figure.title),
        medians(&figure).html(),
        ratios(&figure).map_or(String::new(), |plot| plot.html()),
        table(&figure),
        provenance(&figure),
    )))
}

fn medians(figure: &Figure) -> Plot<'_> {
    let dot = |row: &data::Row| Dot {
        label: row.name.clone(),
        value: format!("{} {}", number(row.median), figure.unit),
        low: row.low,
        middle: row.median,
        high: row.high,
    };
    Plot {
        title: &figure.title,
        axis: &figure.unit,
        dots: figure.rows.iter().map(dot).collect(),
        reference: None,
    }
}

/// The second drawing: each row that has a baseline, as a multiple of it.
fn ratios(figure: &Figure) -> Option<Plot<'_>> {
    let dots: Vec<Dot> = figure
        .rows
        .iter()
        .filter_map(|row| {
            let ratio = row.ratio()?;
            Some(Dot {
                label: format!("{} ÷ {}", row.name, ratio.baseline),
                value: format!("× {}", number(ratio.middle)),
                low: ratio.low,
                middle: ratio.middle,
                high: ratio.high,
            })
        })
        .collect();
    let plot = Plot {
        title: "Ratios",
        axis: "ratio (1 = no difference)",
        dots,
        reference: Some(1.0),
    };
    (!plot.dots.is_empty()).then_some(plot)
}

fn table(figure: &Figure) -> String {
    let unit = escape(&figure.unit);
    let mut rows = String::new();
    for row in &figure.rows {
        let ratio = row
            .ratio()
            .map_or("<td></td><td></td>".to_owned(), |ratio| {
                format!(
                    "<td>{} ({} to {})</td><td>{}</td>",
                    number(ratio.middle),
                    number(ratio.low),
                    number(ratio.high),
                    escape(ratio.baseline)
                )
            });
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{} to {}</td><td>{}</td>{ratio}</tr>",
            escape(&row.name),
            number(row.median),
            number(row.low),
            number(row.high),
            row.samples,
        );
    }
    format!(
        "<details><summary>The numbers</summary>\n\
         <div class=\"table-wrapper\" role=\"region\" aria-label=\"The numbers: {}\">\n\
         <table>\n<thead><tr><th>benchmark</th><th>median, {unit}</th><th>confidence interval</th>\
         <th>samples</th><th>ratio (interval)</th><th>to</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n</details>\n",
        escape(&figure.title)
    )
}

/// Where and when the numbers come from, and how to get one's own.
fn provenance(figure: &Figure) -> String {
    let machine = &figure.machine;
    let versions: String = figure
        .versions
        .iter()
        .map(|(name, version)| format!(", {} {}", escape(name), escape(version)))
        .collect();
    format!(
        "<p class=\"provenance\">Dot: median. Line: its confidence interval. Recorded {} on {}, {} cores, \
         {}{versions}. Measure it on yours: <code>{}</code></p>\n",
        escape(&figure.recorded),
        escape(&machine.cpu),
        machine.cores,
        escape(&machine.os),
        escape(&figure.bench)
    )
}

/// Three significant digits; more only before the point.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    let text = format!("{value:.*}", digits.clamp(0, 6) as usize);
    match text.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_three_digits() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (5.2, "5.2"),
            (5.234, "5.23"),
            (0.01234, "0.0123"),
            (52.34, "52.3"),
            (1234.5, "1234"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn data_that_cannot_be_is_refused() {
        let figure = |row: &str| {
            let json = format!(
                "{{\"version\":1,\"title\":\"T\",\"unit\":\"ns\",\"recorded\":\"D\",\
                 \"machine\":{{\"cpu\":\"C\",\"cores\":2,\"os\":\"O\"}},\"bench\":\"B\",\"rows\":[{row}]}}"
            );
            Figure::read(&json).err().map(|error| error.to_string())
        };
        let good = r#"{"name":"a","median":2,"low":1,"high":3,"samples":9}"#;
        assert_eq!(figure(good), None);
        let upside_down = good.replace("\"low\":1", "\"low\":4");
        assert!(
            figure(&upside_down)
                .unwrap()
                .contains("not 0 < low <= median <= high")
        );
        let alone = good.replace(
            "9}",
            "9,\"baseline\":\"b\",\"ratio\":1,\"ratio_low\":1,\"ratio_high\":1}",
        );
        assert!(
            figure(&alone)
                .unwrap()
                .contains("its baseline \"b\" is not there")
        );
        assert!(figure("").unwrap().contains("no rows"));
    }
}
