//! One recording: part after part, each written as soon as it is finished.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use record::machine::Machine;
use serde::Deserialize;

use crate::Cli;
use crate::figure::Figure;
use crate::file;
use crate::ledger::Ledger;
use crate::noise;
use crate::pace::{Clock, Pace};
use crate::part::{Kind, Part};
use crate::plan::{Wanted, plan};
use crate::progress::Progress;
use crate::run::{Event, Findings, Runner};
use crate::table::RecordedTable;

pub(crate) struct Recorder<'a> {
    cli: &'a Cli,
    root: PathBuf,
    /// Where `figures` and `tables` go.
    out: PathBuf,
    runner: Runner,
    /// Held for as long as it lives, by one recorder at a time.
    _lock: File,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(cli: &'a Cli) -> Result<Self> {
        let root = bench_kit::repository()?;
        let package = root.join("benches");
        let data = root.join("book/data");
        let out = match &cli.out {
            Some(out) => std::path::absolute(out).context("--out is not a path")?,
            None if cli.mine => data.join("mine"),
            None => data,
        };
        // Beside this program, in `target/release`: `cargo clean` takes it away.
        let dir = env::current_exe()
            .context("this program does not know where it is")?
            .with_file_name("recording");
        let lock = lock(&dir)?;
        let quick = cli.quick;
        let runner = Runner {
            package,
            dir,
            quick,
        };
        Ok(Self {
            cli,
            root,
            out,
            runner,
            _lock: lock,
        })
    }

    pub(crate) fn record(&self, progress: &mut Progress) -> Result<()> {
        let wanted = Wanted {
            chapter: self.cli.chapter.as_deref(),
            group: self.cli.group.as_deref(),
        };
        let parts = plan(&self.root, &self.runner, &wanted, &mut |line| {
            progress.notice_once(line)
        })?;
        let mut ledger = self.ledger(progress);
        let mut pace = Pace::default();
        for part in &parts {
            if let Some(took) = ledger.took(part) {
                pace.add(part.rows, took, self.earlier(part));
            }
        }
        let todo: Vec<&Part> = parts
            .iter()
            .filter(|part| ledger.took(part).is_none())
            .collect();
        let done = parts.len() - todo.len();
        if done > 0 {
            progress.notice(format!(
                "Going on after {done} of its {} parts; --again starts anew.",
                parts.len()
            ));
        }

        let mut before = noise::noise();
        progress.notice(noise::verdict(before));
        self.accept(before)?; // now, and not after minutes of measuring
        for (at, part) in todo.iter().enumerate() {
            let earlier = self.earlier(part);
            let later = todo[at + 1..].iter();
            let clock = Clock {
                done: pace.took(),
                this: pace.expect(part.rows, earlier),
                rest: later
                    .map(|part| pace.expect(part.rows, self.earlier(part)))
                    .sum(),
            };
            progress.part(done + at + 1, parts.len(), part, &clock);
            let start = Instant::now();
            let found = self.run(part, &clock, progress)?;
            let took = start.elapsed().as_secs_f64();
            pace.add(part.rows, took, earlier);
            let after = noise::noise();
            let noise = before.max(after);
            before = after;
            self.accept(noise)
                .with_context(|| format!("{part} was not recorded"))?;
            if noise > noise::QUIET {
                progress.notice(noise::verdict(noise));
            }
            let written = self.write(part, found, noise, took, progress)?;
            if !self.cli.quick {
                ledger.finish(part, took, &written)?;
            }
        }
        if !self.cli.quick {
            ledger.close();
            progress.notice(format!("All is recorded, in {}.", self.out.display()));
        }
        Ok(())
    }

    fn run(&self, part: &Part, clock: &Clock, progress: &mut Progress) -> Result<Findings> {
        let mut row = 0;
        let found = self.runner.part(part, &mut |event| match event {
            Event::Notice(line) => progress.notice_once(line),
            Event::Row => {
                row += 1;
                progress.row(part, row, clock);
            }
        });
        found.with_context(|| format!("{part} was not recorded; what was finished before is kept"))
    }

    /// What is finished of this recording already. A quick one finishes nothing.
    fn ledger(&self, progress: &Progress) -> Ledger {
        let Cli { chapter, group, .. } = self.cli;
        let request = format!("{chapter:?} {group:?} {}", self.out.display());
        let dir = self.runner.dir.join("unfinished");
        let (mut ledger, notice) = Ledger::open(&dir, &request, Machine::this());
        if self.cli.again || self.cli.quick {
            ledger.clear();
        } else if let Some(notice) = notice {
            progress.notice(notice);
        }
        ledger
    }

    fn accept(&self, noise: f64) -> Result<()> {
        noise::accept(noise, self.cli.busy || self.cli.quick)
    }

    /// Prints what was found and writes it. Returns what was written.
    fn write(
        &self,
        part: &Part,
        found: Findings,
        noise: f64,
        took: f64,
        progress: &Progress,
    ) -> Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        let place = |kind: &str| {
            let dir = self.out.join(kind);
            (
                dir.join(&part.chapter),
                dir.join("history").join(&part.chapter),
            )
        };
        if let Some(group) = found.group {
            let name = group.ratios.group.clone();
            let figure = Figure::new(&self.root, &part.chapter, group, noise, took)?;
            progress.print(&figure);
            if !self.cli.quick {
                let (dir, history) = place("figures");
                written.push(file::write(&dir, &name, &history, &figure)?);
            }
        }
        for table in found.tables {
            let name = table.name.clone();
            progress.print(&table);
            let table = RecordedTable::new(&self.root, table, took)?;
            if !self.cli.quick {
                let (dir, history) = place("tables");
                written.push(file::write(&dir, &name, &history, &table)?);
            }
        }
        Ok(written)
    }

    /// How many seconds the part took when it was recorded for the book.
    fn earlier(&self, part: &Part) -> Option<f64> {
        #[derive(Deserialize)]
        struct Recorded {
            took: f64,
        }
        let kind = match part.kind {
            Kind::Group => "figures",
            Kind::Step => "tables",
        };
        let dir = self.root.join("book/data").join(kind);
        let path = dir.join(&part.chapter).join(format!("{}.json", part.name));
        // None says so if it was recorded before this was; then nothing is known.
        let Recorded { took } = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        (took > 0.0).then_some(took)
    }
}

/// Two recordings at the same time would measure each other.
fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let cannot = || format!("cannot lock {}", path.display());
    fs::create_dir_all(dir).with_context(cannot)?;
    let file = File::create(&path).with_context(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another recording is running, and the two would measure each other (it holds {})",
            path.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
    }
}
