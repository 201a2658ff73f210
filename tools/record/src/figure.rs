//! A figure: what the book draws, as a file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::group::Group;
use record::machine::{self, Machine};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    version: u32,
    title: String,
    unit: String,
    recorded: String,
    machine: Machine,
    /// How much longer than at its best a loop that never changes took: 0.01 is a quiet machine.
    noise: f64,
    /// How many seconds it took to measure all rows.
    #[serde(default)]
    took: f64,
    versions: BTreeMap<String, String>,
    bench: String,
    rows: Vec<Row>,
}

/// Times are criterion's medians with their 95 % intervals. The ratio is not the quotient of two of them: it
/// is the median of pairs that were timed in turns. A baseline's ratio to itself shows what is noise.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    name: String,
    median: f64,
    low: f64,
    high: f64,
    samples: usize,
    baseline: Option<String>,
    ratio: Option<f64>,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
    /// Of each sample the time of a round.
    #[serde(default)]
    times: Vec<f64>,
}

impl Figure {
    pub(crate) fn new(
        root: &Path,
        chapter: &str,
        group: Group,
        noise: f64,
        took: f64,
    ) -> Result<Self> {
        let Group { ratios, mut times } = group;
        let mut versions = machine::versions(root, &ratios.crates)?;
        versions.extend(ratios.versions);
        let rows = ratios.rows.into_iter().map(|row| {
            let time = times
                .remove(&row.name)
                .with_context(|| format!("no time for {}", row.name))?;
            Ok(Row {
                name: row.name,
                median: thousandths(time.interval.median),
                low: thousandths(time.interval.low),
                high: thousandths(time.interval.high),
                samples: time.samples.len(),
                baseline: row.baseline,
                ratio: row.ratio.map(|ratio| thousandths(ratio.median)),
                ratio_low: row.ratio.map(|ratio| thousandths(ratio.low)),
                ratio_high: row.ratio.map(|ratio| thousandths(ratio.high)),
                times: time.samples.into_iter().map(four_digits).collect(),
            })
        });
        Ok(Self {
            version: 1,
            title: ratios.title,
            unit: "ns".into(),
            recorded: machine::today(),
            machine: Machine::this(),
            noise: thousandths(noise),
            took: took.round(),
            versions,
            bench: format!(
                "cargo bench -p benches --bench {chapter} -- {}",
                ratios.group
            ),
            rows: rows.collect::<Result<_>>()?,
        })
    }
}

/// Three digits after the point are more than any of this is good for, and keep differences between
/// recordings readable.
fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Enough for a drawing, in which a hundred of them are a cloud.
fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{} ({})", self.title, self.unit)?;
        for row in &self.rows {
            write!(f, "  {:24} {:8.2}", row.name, row.median)?;
            write!(f, "  ({:.2} to {:.2})", row.low, row.high)?;
            if let (Some(baseline), Some(ratio)) = (&row.baseline, row.ratio) {
                write!(f, "  {ratio:.3} of {baseline}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Time;
    use bench_kit::{Interval, Ratios};
    use std::collections::HashMap;

    fn figure() -> Figure {
        let interval = |median: f64| Interval {
            median,
            low: median - 0.1,
            high: median + 0.1,
        };
        let time = |median| Time {
            interval: interval(median),
            samples: vec![median, 1_234.567_8],
        };
        let row = |name: &str, baseline: Option<&str>| bench_kit::Row {
            name: name.into(),
            baseline: baseline.map(str::to_owned),
            ratio: baseline.map(|_| interval(1.5)),
        };
        let group = Group {
            ratios: Ratios {
                group: "locks".into(),
                title: "Locks".into(),
                crates: vec!["parking_lot".into()],
                versions: [("go".into(), "1.19.8".into())].into(),
                rows: vec![row("slow", Some("quick")), row("quick", None)],
            },
            times: HashMap::from([
                ("slow".into(), time(6.123_456)),
                ("quick".into(), time(4.0)),
            ]),
        };
        let root = &bench_kit::repository().expect("cargo starts the tests");
        Figure::new(root, "02_mutex_guards", group, 0.012_34, 61.7).expect("a figure")
    }

    #[test]
    fn a_figure_carries_what_was_measured_and_with_what() {
        let json = serde_json::to_value(figure()).expect("plain data");
        assert_eq!(json["version"], 1);
        assert_eq!(json["unit"], "ns");
        assert_eq!(json["noise"], 0.012);
        assert_eq!(json["took"], 62.0);
        assert_eq!(
            json["bench"],
            "cargo bench -p benches --bench 02_mutex_guards -- locks"
        );
        assert!(
            json["versions"]["rustc"].is_string() && json["versions"]["parking_lot"].is_string()
        );
        assert_eq!(json["versions"]["go"], "1.19.8");
        let row = &json["rows"][0];
        assert_eq!(
            (&row["name"], &row["baseline"]),
            (&"slow".into(), &"quick".into())
        );
        assert_eq!(
            (&row["median"], &row["low"]),
            (&6.123.into(), &6.023.into())
        );
        assert_eq!(
            (&row["ratio"], &row["ratio_high"]),
            (&1.5.into(), &1.6.into())
        );
        assert_eq!(row["samples"], 2);
        assert_eq!(row["times"], serde_json::json!([6.123, 1235.0]));
        assert!(json["rows"][1]["ratio"].is_null());
    }

    #[test]
    fn figures_recorded_before_there_were_samples_can_be_read() {
        let mut json = serde_json::to_value(figure()).expect("plain data");
        let written: Figure = serde_json::from_value(json.clone()).expect("a figure");
        assert_eq!(written, figure());
        json.as_object_mut().expect("an object").remove("took");
        for row in json["rows"].as_array_mut().expect("rows") {
            row.as_object_mut().expect("an object").remove("times");
        }
        serde_json::from_value::<Figure>(json).expect("a figure");
    }
}
