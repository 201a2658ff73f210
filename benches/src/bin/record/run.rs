//! Runs one chapter's benchmark and reads what it left behind.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use benches::{Interval, RATIOS_DIR, Ratios};
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
    pub(crate) samples: usize,
}

/// Runs a chapter's benchmark.
///
/// Everything is measured into a directory that starts out empty. In the usual one, `target/criterion`, a row that
/// was renamed last week still lies there and looks as good as new.
pub(crate) fn bench(chapter: &str, quick: bool) -> Result<Vec<Group>> {
    let dir = tempfile::tempdir().context("cannot make a temporary directory")?;
    let criterion = dir.path().join("criterion");
    let ratios = dir.path().join("ratios");
    fs::create_dir(&ratios).context("cannot make a temporary directory")?;

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut bench = Command::new(cargo);
    bench.args(["bench", "--package", "benches", "--bench", chapter, "--"]);
    if quick {
        bench.args(["--warm-up-time", "0.5", "--measurement-time", "0.3"]);
        bench.args(["--sample-size", "10"]);
    }
    bench.env("CRITERION_HOME", &criterion);
    bench.env(RATIOS_DIR, &ratios);
    let status = bench.status().context("cannot run cargo")?;
    if !status.success() {
        bail!(
            "`cargo bench --package benches --bench {chapter}` failed ({status}); what it says is above, and \
             nothing was written"
        );
    }
    read(&criterion, &ratios).with_context(|| format!("{chapter} left no usable measurements"))
}

fn read(criterion: &Path, ratios: &Path) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for entry in ratios.read_dir()? {
        let ratios: Ratios = json(&entry?.path())?;
        let times = times(&criterion.join(&ratios.group))?;
        for row in &ratios.rows {
            if !times.contains_key(&row.name) {
                bail!("criterion has no time for {}: {}", ratios.group, row.name);
            }
        }
        groups.push(Group { ratios, times });
    }
    if groups.is_empty() {
        bail!("no group was measured");
    }
    groups.sort_by(|a, b| a.ratios.group.cmp(&b.ratios.group));
    Ok(groups)
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
        let samples = sample.times.len();
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

    /// Two rows as criterion 0.8.2 left them, the numbers shortened, and the ratios that belong to them.
    fn fixture(part: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/bin/record/fixture")
            .join(part)
    }

    #[test]
    fn criterions_files_and_ours_make_a_group() {
        let groups = read(&fixture("criterion"), &fixture("ratios")).expect("a whole fixture");
        let [group] = &groups[..] else {
            panic!("one group, not {groups:?}")
        };
        assert_eq!(group.ratios.group, "guard_or_manual");
        let interval = Interval {
            median: 5.18,
            low: 5.17,
            high: 5.2,
        };
        let time = Time {
            interval,
            samples: 3,
        };
        assert_eq!(group.times["parking_lot, guard"], time);
    }

    #[test]
    fn a_row_without_a_time_is_an_error() {
        let empty = tempfile::tempdir().expect("a directory");
        fs::create_dir(empty.path().join("guard_or_manual")).expect("a directory");
        let error = read(empty.path(), &fixture("ratios")).expect_err("nothing was measured");
        assert!(error.to_string().contains("parking_lot, manual"), "{error}");
    }

    #[test]
    fn nothing_measured_is_an_error() {
        let empty = tempfile::tempdir().expect("a directory");
        let error = read(empty.path(), empty.path()).expect_err("nothing was measured");
        assert!(error.to_string().contains("no group"), "{error}");
    }
}
