//! What a group of a benchmark leaves behind: criterion's files, and our ratios.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use bench_kit::{Interval, Ratios};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A group of criterion's with all that was measured in it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) ratios: Ratios,
    /// By the row's name.
    pub(crate) times: HashMap<String, Time>,
}

/// A row's time in nanoseconds.
#[derive(Debug, PartialEq)]
pub(crate) struct Time {
    pub(crate) interval: Interval,
    /// Of each sample the time of a round, in the order in which they were taken.
    pub(crate) samples: Vec<f64>,
}

/// What is in the JSON files of a directory.
pub(crate) fn all_in<T: DeserializeOwned>(dir: &Path) -> Result<Vec<T>> {
    let mut all = Vec::new();
    let entries = dir
        .read_dir()
        .with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        all.push(json(&entry?.path())?);
    }
    Ok(all)
}

impl Group {
    /// The group with this name, in the directories of criterion's and of the ratios.
    pub(crate) fn read(criterion: &Path, ratios: &Path, name: &str) -> Result<Self> {
        let ratios: Ratios = json(&ratios.join(format!("{name}.json")))?;
        let times = times(&criterion.join(name))?;
        for row in &ratios.rows {
            if !times.contains_key(&row.name) {
                bail!("criterion has no time for {name}: {}", row.name);
            }
        }
        Ok(Self { ratios, times })
    }
}

/// Every row's time in the directory of a group: `GROUP/ROW/new/*.json`.
fn times(group: &Path) -> Result<HashMap<String, Time>> {
    #[derive(Deserialize)]
    struct Benchmark {
        function_id: Option<String>,
    }
    #[derive(Deserialize)]
    struct Estimates {
        median: Estimate,
    }
    #[derive(Deserialize)]
    struct Estimate {
        point_estimate: f64,
        confidence_interval: ConfidenceInterval,
    }
    #[derive(Deserialize)]
    struct ConfidenceInterval {
        lower_bound: f64,
        upper_bound: f64,
    }
    #[derive(Deserialize)]
    struct Sample {
        iters: Vec<f64>,
        times: Vec<f64>,
    }

    let mut times = HashMap::new();
    let rows = group
        .read_dir()
        .with_context(|| format!("cannot list {}", group.display()))?;
    for row in rows {
        let new = row?.path().join("new");
        if !new.is_dir() {
            continue; // a report of criterion's
        }
        // The directory's name is the row's, cut and cleaned for the file system; the whole is in the file.
        let Benchmark { function_id } = json(&new.join("benchmark.json"))?;
        let name = function_id.with_context(|| format!("{} has no name", new.display()))?;
        let Estimates { median } = json(&new.join("estimates.json"))?;
        let sample: Sample = json(&new.join("sample.json"))?;
        let interval = Interval {
            median: median.point_estimate,
            low: median.confidence_interval.lower_bound,
            high: median.confidence_interval.upper_bound,
        };
        let per_round = |(times, rounds): (&f64, &f64)| times / rounds;
        let samples = sample.times.iter().zip(&sample.iters);
        let samples = samples.map(per_round).collect();
        times.insert(name, Time { interval, samples });
    }
    Ok(times)
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("cannot understand {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::path::PathBuf;

    /// Two rows as criterion 0.8.2 left them, the numbers shortened, and the ratios that belong to them.
    fn fixture(part: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixture")
            .join(part)
    }

    #[test]
    fn criterions_files_and_ours_make_a_group() {
        let group = Group::read(&fixture("criterion"), &fixture("ratios"), "guard_or_manual");
        let group = group.expect("a whole fixture");
        assert_eq!(group.ratios.group, "guard_or_manual");
        let interval = Interval {
            median: 5.18,
            low: 5.17,
            high: 5.2,
        };
        let time = Time {
            interval,
            samples: vec![5.17, 5.18, 5.2],
        };
        assert_eq!(group.times["parking_lot, guard"], time);
    }

    #[test]
    fn a_row_without_a_time_is_an_error() {
        let empty = tempfile::tempdir().expect("a directory");
        fs::create_dir(empty.path().join("guard_or_manual")).expect("a directory");
        let error = Group::read(empty.path(), &fixture("ratios"), "guard_or_manual");
        let error = error.expect_err("nothing was measured").to_string();
        assert!(error.contains("parking_lot, manual"), "{error}");
    }
}
