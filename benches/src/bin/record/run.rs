//! Runs the programs and reads what they left behind.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use benches::{GROUP, Interval, RATIOS_DIR, Ratios, TABLES_DIR, Table};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::plan::{Kind, Part};
use crate::program::Program;

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

/// All that a part left.
pub(crate) struct Left {
    /// A group leaves one, a step none.
    pub(crate) group: Option<Group>,
    pub(crate) tables: Vec<Table>,
}

/// What a program says while it runs, on stderr.
pub(crate) enum Said<'a> {
    /// Criterion has done one more row.
    Row,
    /// Something that is not criterion's: a notice, a warning.
    Notice(&'a str),
}

/// How programs are run.
pub(crate) struct Bench {
    pub(crate) package: PathBuf,
    /// Where they may leave things; all in it is ours.
    pub(crate) dir: PathBuf,
    pub(crate) quick: bool,
}

impl Bench {
    /// The groups of a chapter, with the names of their rows and no figures, in the order of their names.
    pub(crate) fn groups(
        &self,
        chapter: &str,
        program: &Program,
        say: &mut dyn FnMut(&str),
    ) -> Result<Vec<Ratios>> {
        let mut follow = |said: Said<'_>| {
            if let Said::Notice(line) = said {
                say(line);
            }
        };
        // None has this name, so all say theirs.
        let mut command = self.command(program)?;
        command.arg("--bench").env(GROUP, "");
        self.run(&mut command, &mut follow)
            .with_context(|| format!("{chapter} cannot say what it measures"))?;
        let mut groups: Vec<Ratios> = all_in(&self.ratios())?;
        groups.sort_by(|a, b| a.group.cmp(&b.group));
        Ok(groups)
    }

    /// Runs a part and reads what it left.
    pub(crate) fn part(&self, part: &Part, follow: &mut dyn FnMut(Said<'_>)) -> Result<Left> {
        let mut command = self.command(&part.program)?;
        if let Kind::Group = part.kind {
            command.arg("--bench").env(GROUP, &part.name);
            if self.quick {
                command.args(["--warm-up-time", "0.5", "--measurement-time", "0.3"]);
                command.args(["--sample-size", "10"]);
            }
        } else if self.quick {
            command.env("BENCHES_QUICK", "1");
        }
        self.run(&mut command, follow)?;
        let tables: Vec<Table> = all_in(&self.tables())?;
        let group = match part.kind {
            Kind::Group => Some(read(&self.criterion(), &self.ratios(), &part.name)?),
            Kind::Step if tables.is_empty() => bail!("it left no table"),
            Kind::Step => None,
        };
        Ok(Left { group, tables })
    }

    /// Everything is measured into directories that start out empty. In the usual one, `target/criterion`, a row that
    /// was renamed last week still lies there and looks as good as new.
    fn command(&self, program: &Program) -> Result<Command> {
        for dir in [self.criterion(), self.ratios(), self.tables()] {
            let emptied = match dir.exists() {
                true => fs::remove_dir_all(&dir),
                false => Ok(()),
            };
            emptied
                .and_then(|()| fs::create_dir_all(&dir))
                .with_context(|| format!("cannot empty {}", dir.display()))?;
        }
        let mut command = Command::new(&program.path);
        command
            .current_dir(&self.package) // as cargo does it
            .env("CRITERION_HOME", self.criterion())
            .env(RATIOS_DIR, self.ratios())
            .env(TABLES_DIR, self.tables())
            .env_remove("BENCHES_ROUNDS") // that would count and not time
            .stdin(Stdio::null());
        Ok(command)
    }

    /// Runs it to its end. All that it says is in the log; `follow` hears what matters.
    fn run(&self, command: &mut Command, follow: &mut dyn FnMut(Said<'_>)) -> Result<()> {
        let path = self.dir.join("log.txt");
        let cannot = || format!("cannot write {}", path.display());
        fs::write(&path, "").with_context(cannot)?;
        let mut log = File::options()
            .append(true)
            .open(&path)
            .with_context(cannot)?;
        let mut child = command
            .stdout(log.try_clone().with_context(cannot)?)
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let said = child.stderr.take().context("it is piped")?;
        for line in BufReader::new(said).split(b'\n') {
            let line = line.context("cannot read what it says")?;
            let line = String::from_utf8_lossy(&line);
            writeln!(log, "{line}").with_context(cannot)?;
            if let Some(said) = understood(&line) {
                follow(said);
            }
        }
        let status = child.wait().context("cannot wait for it")?;
        if !status.success() {
            let log = String::from_utf8_lossy(&fs::read(&path).with_context(cannot)?).into_owned();
            bail!(
                "it failed ({status}). The end of what it said (all of it is in {}):\n{}",
                path.display(),
                last_lines(&log, 20)
            );
        }
        Ok(())
    }

    fn criterion(&self) -> PathBuf {
        self.dir.join("criterion")
    }

    fn ratios(&self) -> PathBuf {
        self.dir.join("ratios")
    }

    fn tables(&self) -> PathBuf {
        self.dir.join("tables")
    }
}

fn understood(line: &str) -> Option<Said<'_>> {
    let line = line.trim_end();
    let is_criterions = ["Benchmarking ", "Warning: "]
        .iter()
        .any(|start| line.starts_with(start));
    if is_criterions {
        line.ends_with(": Analyzing").then_some(Said::Row)
    } else if line.is_empty() {
        None
    } else {
        Some(Said::Notice(line))
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// What is in the JSON files of a directory.
fn all_in<T: DeserializeOwned>(dir: &Path) -> Result<Vec<T>> {
    let mut all = Vec::new();
    let entries = dir
        .read_dir()
        .with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        all.push(json(&entry?.path())?);
    }
    Ok(all)
}

/// The group with this name.
fn read(criterion: &Path, ratios: &Path, name: &str) -> Result<Group> {
    let ratios: Ratios = json(&ratios.join(format!("{name}.json")))?;
    let times = times(&criterion.join(name))?;
    for row in &ratios.rows {
        if !times.contains_key(&row.name) {
            bail!("criterion has no time for {name}: {}", row.name);
        }
    }
    Ok(Group { ratios, times })
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

    /// Two rows as criterion 0.8.2 left them, the numbers shortened, and the ratios that belong to them.
    fn fixture(part: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/bin/record/fixture")
            .join(part)
    }

    #[test]
    fn criterions_files_and_ours_make_a_group() {
        let group = read(&fixture("criterion"), &fixture("ratios"), "guard_or_manual");
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
        let error = read(empty.path(), &fixture("ratios"), "guard_or_manual");
        let error = error.expect_err("nothing was measured").to_string();
        assert!(error.contains("parking_lot, manual"), "{error}");
    }

    #[test]
    fn rows_are_counted_and_notices_are_passed_on() {
        let rows = |line| matches!(understood(line), Some(Said::Row));
        assert!(rows("Benchmarking stream/closure: Analyzing"));
        assert!(!rows("Benchmarking stream/closure"));
        assert!(understood("Warning: Unable to complete 100 samples in 1.0s.").is_none());
        assert!(understood("").is_none());
        let notice = "The rows in Go are left out: there is no `go` here";
        assert!(matches!(understood(notice), Some(Said::Notice(it)) if it == notice));
    }

    #[test]
    fn of_a_long_log_the_end_is_shown() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_said_before_it_failed_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let bench = Bench {
            package: dir.path().into(),
            dir: dir.path().into(),
            quick: false,
        };
        let mut heard = Vec::new();
        let mut follow = |said: Said<'_>| {
            if let Said::Notice(line) = said {
                heard.push(line.to_owned());
            }
        };
        let script = "echo on stdout; echo on stderr >&2; exit 3";
        let mut command = Command::new("sh");
        let error = bench.run(command.args(["-c", script]), &mut follow);
        let error = error.expect_err("it fails").to_string();
        assert!(
            error.contains("on stdout") && error.contains("on stderr"),
            "{error}"
        );
        assert!(error.contains("exit status: 3"), "{error}");
        assert_eq!(heard, ["on stderr"]);
    }
}
