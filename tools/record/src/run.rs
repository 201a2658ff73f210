//! Runs the programs, and follows what they print.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use bench_kit::{GROUP, QUICK, RATIOS_DIR, Ratios, TABLES_DIR, Table};

use crate::group::{Group, all_in};
use crate::part::{Kind, Part};
use crate::program::Program;

/// All that a part has found.
pub(crate) struct Findings {
    /// A group leaves one, a step none.
    pub(crate) group: Option<Group>,
    pub(crate) tables: Vec<Table>,
}

/// What a program tells while it runs, on stderr.
pub(crate) enum Event<'a> {
    /// Criterion has done one more row.
    Row,
    /// Something that is not criterion's: a notice, a warning.
    Notice(&'a str),
}

/// How programs are run.
pub(crate) struct Runner {
    /// Where cargo would run them.
    pub(crate) package: PathBuf,
    /// Where they may leave things; all in it is ours.
    pub(crate) dir: PathBuf,
    pub(crate) quick: bool,
}

impl Runner {
    /// The groups of a chapter, with the names of their rows and no figures, in the order of their names.
    pub(crate) fn groups(
        &self,
        chapter: &str,
        program: &Program,
        notice: &mut dyn FnMut(&str),
    ) -> Result<Vec<Ratios>> {
        let mut follow = |event: Event<'_>| {
            if let Event::Notice(line) = event {
                notice(line);
            }
        };
        // No group has this name, so all tell theirs.
        let mut command = self.command(program)?;
        command.arg("--bench").env(GROUP, "");
        self.run(&mut command, &mut follow)
            .with_context(|| format!("{chapter} cannot say what it measures"))?;
        let mut groups: Vec<Ratios> = all_in(&self.ratios())?;
        groups.sort_by(|a, b| a.group.cmp(&b.group));
        Ok(groups)
    }

    /// Runs a part and reads what it left.
    pub(crate) fn part(&self, part: &Part, follow: &mut dyn FnMut(Event<'_>)) -> Result<Findings> {
        let mut command = self.command(&part.program)?;
        if let Kind::Group = part.kind {
            command.arg("--bench").env(GROUP, &part.name);
            if self.quick {
                command.args(["--warm-up-time", "0.5", "--measurement-time", "0.3"]);
                command.args(["--sample-size", "10"]);
            }
        } else if self.quick {
            command.env(QUICK, "1");
        }
        self.run(&mut command, follow)?;
        let tables: Vec<Table> = all_in(&self.tables())?;
        let group = match part.kind {
            Kind::Group => Some(Group::read(&self.criterion(), &self.ratios(), &part.name)?),
            Kind::Step if tables.is_empty() => bail!("it left no table"),
            Kind::Step => None,
        };
        Ok(Findings { group, tables })
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

    /// Runs it to its end. All that it prints is in the log; `follow` gets the events.
    fn run(&self, command: &mut Command, follow: &mut dyn FnMut(Event<'_>)) -> Result<()> {
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
        let stderr = child.stderr.take().context("it is piped")?;
        for line in BufReader::new(stderr).split(b'\n') {
            let line = line.context("cannot read what it says")?;
            let line = String::from_utf8_lossy(&line);
            writeln!(log, "{line}").with_context(cannot)?;
            if let Some(event) = event(&line) {
                follow(event);
            }
        }
        let status = child.wait().context("cannot wait for it")?;
        if !status.success() {
            let log = String::from_utf8_lossy(&fs::read(&path).with_context(cannot)?).into_owned();
            bail!(
                "it failed ({status}). The end of what it printed (all of it is in {}):\n{}",
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

/// What a line on stderr means; nothing, for most of criterion's.
fn event(line: &str) -> Option<Event<'_>> {
    let line = line.trim_end();
    let is_criterions = ["Benchmarking ", "Warning: "]
        .iter()
        .any(|start| line.starts_with(start));
    if is_criterions {
        line.ends_with(": Analyzing").then_some(Event::Row)
    } else if line.is_empty() {
        None
    } else {
        Some(Event::Notice(line))
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_and_notices_are_passed_on() {
        let rows = |line| matches!(event(line), Some(Event::Row));
        assert!(rows("Benchmarking stream/closure: Analyzing"));
        assert!(!rows("Benchmarking stream/closure"));
        assert!(event("Warning: Unable to complete 100 samples in 1.0s.").is_none());
        assert!(event("").is_none());
        let notice = "The rows in Go are left out: there is no `go` here";
        assert!(matches!(event(notice), Some(Event::Notice(it)) if it == notice));
    }

    #[test]
    fn of_a_long_log_the_end_is_shown() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_printed_before_it_failed_is_in_the_error() {
        let dir = tempfile::tempdir().expect("a directory");
        let runner = Runner {
            package: dir.path().into(),
            dir: dir.path().into(),
            quick: false,
        };
        let mut heard = Vec::new();
        let mut follow = |event: Event<'_>| {
            if let Event::Notice(line) = event {
                heard.push(line.to_owned());
            }
        };
        let script = "echo on stdout; echo on stderr >&2; exit 3";
        let mut command = Command::new("sh");
        let error = runner.run(command.args(["-c", script]), &mut follow);
        let error = error.expect_err("it fails").to_string();
        assert!(
            error.contains("on stdout") && error.contains("on stderr"),
            "{error}"
        );
        assert!(error.contains("exit status: 3"), "{error}");
        assert_eq!(heard, ["on stderr"]);
    }
}
