//! `{{#figure CHAPTER/GROUP}}`: a measurement, drawn in the colours of the page, with its numbers and
//! the machine it was taken on.

mod curve;
mod data;
mod distribution;
mod marks;
mod numbers;
mod plot;
mod scale;
mod series;

use anyhow::{Context, Result, bail};

use super::recorded::mine;
use crate::html::{block, escape};
use crate::repository::Repository;
use curve::{Curve, Line, Point};
use data::{Figure, Row};
use plot::{Dot, Plot, Span};

/// What a page asks for.
struct Asked<'a> {
    name: &'a str,
    view: View,
    /// What the numbers of a curve count, if their rows do not say.
    over: Option<&'a str>,
}

enum View {
    /// A dot for each median, and one for each ratio.
    Dots,
    /// Only the ratios.
    Ratios,
    /// Medians, and then ratios, over the number in their names.
    Curve,
    /// The samples of each row, and then the ratios.
    Distribution,
}

impl<'a> Asked<'a> {
    /// Reads `CHAPTER/GROUP as=curve over=guards`.
    fn parse(argument: &'a str) -> Result<Self> {
        let mut words = argument.split_whitespace();
        let mut asked = Self {
            name: words.next().unwrap_or_default(),
            view: View::Dots,
            over: None,
        };
        for word in words {
            match word.split_once('=') {
                Some(("as", "curve")) => asked.view = View::Curve,
                Some(("as", "distribution")) => asked.view = View::Distribution,
                Some(("as", "ratios")) => asked.view = View::Ratios,
                Some(("over", over)) => asked.over = Some(over),
                _ => bail!(
                    "{word:?} is nothing that a figure knows; it knows as=curve, as=distribution, as=ratios and, \
                     for a curve, over=WHAT"
                ),
            }
        }
        if asked.over.is_some() && !matches!(asked.view, View::Curve) {
            bail!("over= is for a curve (as=curve)");
        }
        Ok(asked)
    }
}

pub(super) fn render(argument: &str, repository: &Repository) -> Result<String> {
    let asked = Asked::parse(argument)?;
    let path = format!("book/data/figures/{}.json", asked.name);
    let figure = Figure::read(&repository.read(&path)?).context(path)?;
    let yours = mine("figures", asked.name, repository, Figure::read)?;
    let yours = yours.as_ref();
    let drawings = match asked.view {
        View::Dots => medians(&figure).html() + &ratios(&figure, yours),
        View::Ratios => match ratios(&figure, yours) {
            none if none.is_empty() => bail!("{}: no row has a ratio", asked.name),
            ratios => ratios,
        },
        View::Curve => curves(&figure, asked.over).with_context(|| asked.name.to_owned())?,
        View::Distribution => distribution::html(&figure)? + &ratios(&figure, yours),
    };
    Ok(block(&format!(
        "<figure class=\"measurement\">\n<figcaption>{}</figcaption>\n{drawings}{}{}</figure>\n",
        escape(&figure.title),
        numbers::table(&figure, yours),
        numbers::provenance(&figure, yours, &asked.view),
    )))
}

fn medians(figure: &Figure) -> Plot<'_> {
    let dot = |row: &Row| Dot {
        label: row.name.clone(),
        value: format!("{} {}", number(row.median), figure.unit),
        ours: Span {
            low: row.low,
            middle: row.median,
            high: row.high,
        },
        yours: None,
    };
    Plot {
        title: &figure.title,
        axis: &figure.unit,
        dots: figure.rows.iter().map(dot).collect(),
        reference: None,
    }
}

/// Each row that has a baseline, as a multiple of it, beside what the reader has measured. Nothing if there is none.
fn ratios(figure: &Figure, yours: Option<&Figure>) -> String {
    let span = |ratio: data::Ratio<'_>| Span {
        low: ratio.low,
        middle: ratio.middle,
        high: ratio.high,
    };
    let dot = |row: &Row| {
        let ratio = row.ratio()?;
        let yours = yours
            .and_then(|yours| yours.same(row))
            .and_then(|row| row.ratio().map(span));
        let value = format!("× {}", number(ratio.middle));
        Some(Dot {
            label: format!("{} ÷ {}", row.name, ratio.baseline),
            value: match &yours {
                Some(yours) => format!("{value}, yours × {}", number(yours.middle)),
                None => value,
            },
            ours: span(ratio),
            yours,
        })
    };
    let plot = Plot {
        title: "Ratios",
        axis: RATIO,
        dots: figure.rows.iter().filter_map(dot).collect(),
        reference: Some(1.0),
    };
    match plot.dots.is_empty() {
        true => String::new(),
        false => plot.html(),
    }
}

const RATIO: &str = "ratio (1 = no difference)";

/// Medians over the number in the rows' names, and below them the ratios of what is compared with something else.
fn curves(figure: &Figure, over: Option<&str>) -> Result<String> {
    let (series, counted) = series::of(&figure.rows)?;
    let over = match (over, counted.as_str()) {
        (Some(over), _) => over,
        (None, "") => bail!("its rows do not say what their numbers count: as=curve over=WHAT"),
        (None, counted) => counted,
    };
    let lines = |point: &dyn Fn(&Row) -> Option<Span>| -> Vec<Line> {
        let line = |(number, series): (usize, &series::Series<'_>)| Line {
            number,
            name: series.name.clone(),
            points: series
                .points
                .iter()
                .filter_map(|it| {
                    let Span { low, middle, high } = point(it.row)?;
                    Some(Point {
                        number: it.number,
                        low,
                        middle,
                        high,
                    })
                })
                .collect(),
        };
        series.iter().enumerate().map(line).collect()
    };
    let medians = Curve {
        title: &figure.title,
        over,
        axis: &figure.unit,
        unit: &figure.unit,
        lines: lines(&|row| {
            Some(Span {
                low: row.low,
                middle: row.median,
                high: row.high,
            })
        }),
        reference: None,
    };
    let mut ratios = Curve {
        title: "Ratios",
        over,
        axis: RATIO,
        unit: "ratio",
        lines: lines(&|row| {
            let ratio = row.ratio().filter(|ratio| ratio.baseline != row.name)?;
            Some(Span {
                low: ratio.low,
                middle: ratio.middle,
                high: ratio.high,
            })
        }),
        reference: Some(1.0),
    };
    // A baseline has no ratio but to itself; the others keep their dashes and markers.
    ratios.lines.retain(|line| !line.points.is_empty());
    let ratios = match ratios.lines.is_empty() {
        true => String::new(),
        false => ratios.html(),
    };
    Ok(medians.html() + &ratios)
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
    fn what_a_figure_is_asked_for() {
        let asked = |argument| Asked::parse(argument).map(|it| (it.name, it.over));
        assert_eq!(asked("a/b").unwrap(), ("a/b", None));
        assert_eq!(
            asked("a/b as=curve over=guards").unwrap(),
            ("a/b", Some("guards"))
        );
        let refused = |argument| asked(argument).unwrap_err().to_string();
        assert!(refused("a/b as=pie").contains("\"as=pie\" is nothing that a figure knows"));
        assert!(refused("a/b curve").contains("as=curve"));
        assert!(refused("a/b over=guards").contains("for a curve"));
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
