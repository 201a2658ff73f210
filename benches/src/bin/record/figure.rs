//! A figure: what the book draws, as a file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::machine::{self, Machine};
use crate::run::Group;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    version: u32,
    title: String,
    unit: String,
    recorded: String,
    machine: Machine,
    /// How much longer than at its best a loop that never changes took: 0.01 is a quiet machine.
    noise: f64,
    versions: BTreeMap<String, String>,
    bench: String,
    rows: Vec<Row>,
    /// Not written: the file is named so.
    #[serde(skip)]
    name: String,
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
}

impl Figure {
    pub(crate) fn new(root: &Path, chapter: &str, group: Group, noise: f64) -> Result<Self> {
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
                samples: time.samples,
                baseline: row.baseline,
                ratio: row.ratio.map(|ratio| thousandths(ratio.median)),
                ratio_low: row.ratio.map(|ratio| thousandths(ratio.low)),
                ratio_high: row.ratio.map(|ratio| thousandths(ratio.high)),
            })
        });
        Ok(Self {
            version: 1,
            title: ratios.title,
            unit: "ns".into(),
            recorded: machine::today(),
            machine: Machine::this(),
            noise: thousandths(noise),
            versions,
            bench: format!(
                "cargo bench -p benches --bench {chapter} -- {}",
                ratios.group
            ),
            rows: rows.collect::<Result<_>>()?,
            name: ratios.group,
        })
    }

    /// Writes `NAME.json` into `dir`. What was there is moved to `history`, under its date.
    pub(crate) fn write(&self, dir: &Path, history: &Path) -> Result<PathBuf> {
        let path = dir.join(format!("{}.json", self.name));
        let mut json = serde_json::to_string_pretty(self).context("a figure is plain data")?;
        json.push('\n');
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        if path.exists() {
            keep(&path, &self.name, history)
                .with_context(|| format!("cannot keep the earlier {}", path.display()))?;
        }
        fs::write(&path, json).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// Moves an earlier recording to `history/NAME-DATE.json`, or `NAME-DATE-2.json` if that day has one already.
fn keep(path: &Path, name: &str, history: &Path) -> Result<()> {
    #[derive(Deserialize)]
    struct Dated {
        recorded: String,
    }
    let Dated { recorded } = serde_json::from_slice(&fs::read(path)?)?;
    fs::create_dir_all(history)?;
    let mut kept = history.join(format!("{name}-{recorded}.json"));
    let mut number = 2;
    while kept.exists() {
        kept = history.join(format!("{name}-{recorded}-{number}.json"));
        number += 1;
    }
    fs::rename(path, kept)?;
    Ok(())
}

/// Three digits after the point are more than any of this is good for, and keep differences between
/// recordings readable.
fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
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
    use crate::run::Time;
    use benches::{Interval, Ratios};
    use std::collections::HashMap;

    fn figure() -> Figure {
        let interval = |median: f64| Interval {
            median,
            low: median - 0.1,
            high: median + 0.1,
        };
        let time = |median| Time {
            interval: interval(median),
            samples: 100,
        };
        let row = |name: &str, baseline: Option<&str>| benches::Row {
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
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = package.parent().expect("the repository");
        Figure::new(root, "02_mutex_guards", group, 0.012_34).expect("a figure")
    }

    #[test]
    fn a_figure_carries_what_was_measured_and_with_what() {
        let json = serde_json::to_value(figure()).expect("plain data");
        assert_eq!(json["version"], 1);
        assert_eq!(json["unit"], "ns");
        assert_eq!(json["noise"], 0.012);
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
        assert!(json["rows"][1]["ratio"].is_null());
    }

    #[test]
    fn what_is_written_can_be_read() {
        let dir = tempfile::tempdir().expect("a directory");
        let written = Figure {
            name: String::new(),
            ..figure()
        };
        let path = figure()
            .write(&dir.path().join("02"), &dir.path().join("history"))
            .expect("written");
        assert!(path.ends_with("02/locks.json"));
        let read: Figure =
            serde_json::from_slice(&fs::read(path).expect("a file")).expect("a figure");
        assert_eq!(read, written);
    }

    #[test]
    fn earlier_recordings_are_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let history = dir.path().join("history");
        let mut titles = ["first", "second", "third"].into_iter();
        let mut write = || {
            let mut figure = figure();
            figure.recorded = "2026-11-21".into();
            figure.title = titles.next().expect("three are enough").into();
            figure.write(dir.path(), &history).expect("written")
        };
        let title = |path: &Path| {
            let bytes = fs::read(path).expect("a file");
            serde_json::from_slice::<Figure>(&bytes)
                .expect("a figure")
                .title
        };
        write();
        write();
        let newest = write();
        assert_eq!(title(&newest), "third");
        assert_eq!(title(&history.join("locks-2026-11-21.json")), "first");
        assert_eq!(title(&history.join("locks-2026-11-21-2.json")), "second");
    }
}
