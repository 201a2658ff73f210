//! A recorded counterexample, as `book/data/traces/EXERCISE/PITFALL.json` has it: what a failing model
//! of `lanes` reports.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

#[derive(Deserialize)]
struct Report {
    version: u32,
    model: String,
    failure: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    headline: String,
    threads: Vec<Named>,
    #[serde(default)]
    variables: Vec<Named>,
    rows: Vec<Row>,
    folds: Vec<Fold>,
    why: Vec<String>,
    #[serde(default)]
    replay: String,
    marked: Vec<usize>,
}

/// A thread or a variable: its name alone, or an object with more about it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Named {
    Name(String),
    Object {
        name: String,
        #[serde(alias = "init")]
        initial: Option<String>,
    },
}

/// One step of one thread.
#[derive(Deserialize)]
pub(super) struct Row {
    /// Counted from 1.
    pub(super) row: usize,
    /// Which of the threads.
    pub(super) thread: usize,
    /// The variable, if the step has to do with one.
    pub(super) object: Option<String>,
    pub(super) text: String,
    pub(super) wrote: Option<String>,
    /// Where the step is in the source, from the folder of the package.
    pub(super) file: String,
    pub(super) line: usize,
    #[serde(default)]
    pub(super) source: String,
    pub(super) state: State,
    #[serde(default)]
    pub(super) reads_from: Vec<usize>,
    #[serde(default)]
    pub(super) synchronizes_with: Option<usize>,
    /// A row that had written a newer value by then, if the step read an old one.
    pub(super) stale: Option<usize>,
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Ran,
    Blocked,
    Failed,
}

/// Rows that say the same as those right before them.
#[derive(Deserialize)]
pub(super) struct Fold {
    /// The first and the last of the rows.
    pub(super) from: usize,
    pub(super) to: usize,
    /// How many rows make a round.
    pub(super) rows: usize,
    /// How many times more the round comes.
    pub(super) times: usize,
}

impl Fold {
    /// Whether that row is one of those that need not be shown.
    pub(super) fn has(&self, row: usize) -> bool {
        (self.from..=self.to).contains(&row)
    }
}

/// The number of a thread without its name: `T0`.
pub(super) fn short(thread: &str) -> &str {
    thread.split(' ').next().unwrap_or(thread)
}

/// A failed run that is known to hold together.
pub(super) struct Trace {
    pub(super) model: String,
    pub(super) headline: String,
    pub(super) threads: Vec<String>,
    /// Names with the values they start with, where those are known.
    pub(super) variables: Vec<(String, Option<String>)>,
    pub(super) rows: Vec<Row>,
    /// Those of the rows that need not be shown.
    pub(super) folds: Vec<Fold>,
    pub(super) why: Vec<String>,
    /// The schedule as a text; empty if it is not known.
    pub(super) replay: String,
    /// The rows that matter.
    pub(super) marked: Vec<usize>,
    /// What the page says of a row.
    pub(super) notes: BTreeMap<usize, String>,
}

impl Trace {
    pub(super) fn read(json: &str) -> Result<Self> {
        let report: Report = serde_json::from_str(json)?;
        ensure!(report.version == 2, "unknown version {}", report.version);
        let failure = report.failure.context("the model did not fail")?;
        ensure!(!failure.rows.is_empty(), "there are no rows");
        let rows: Vec<usize> = failure.rows.iter().map(|row| row.row).collect();
        for row in &failure.rows {
            let number = row.row;
            ensure!(
                row.thread < failure.threads.len(),
                "row {number} is of thread {}, which is not there",
                row.thread
            );
            let sources = row
                .reads_from
                .iter()
                .chain(&row.synchronizes_with)
                .chain(&row.stale);
            for source in sources.filter(|&&source| source != 0) {
                ensure!(
                    rows.contains(source),
                    "row {number} names row {source}, which is not there"
                );
            }
        }
        for Fold { from, to, .. } in &failure.folds {
            for row in [from, to] {
                ensure!(rows.contains(row), "no row {row} to be folded");
            }
        }
        for marked in &failure.marked {
            ensure!(rows.contains(marked), "no row {marked} to be marked");
        }
        Ok(Self {
            model: report.model,
            headline: failure.headline,
            threads: failure.threads.into_iter().map(|it| it.split().0).collect(),
            variables: failure.variables.into_iter().map(Named::split).collect(),
            rows: failure.rows,
            folds: failure.folds,
            why: failure.why,
            replay: failure.replay,
            marked: failure.marked,
            notes: BTreeMap::new(),
        })
    }

    /// Notes what a page says of one row: `THREAD STEP = NOTE`, with the thread and the step as the table has them. A row has
    /// no number here, because the next recording may have another.
    pub(super) fn note(&mut self, written: &str) -> Result<()> {
        let (step, note) = written
            .rsplit_once(" = ")
            .with_context(|| format!("{written:?} is not THREAD STEP = NOTE"))?;
        let (thread, step) = step.trim().split_once(' ').unwrap_or((step, ""));
        let is_meant = |row: &&Row| {
            let name = &self.threads[row.thread];
            // `T0 main` is known as `T0`, too.
            (name == thread || short(name) == thread) && row.text == step
        };
        let rows: Vec<usize> = self
            .rows
            .iter()
            .filter(is_meant)
            .map(|row| row.row)
            .collect();
        match rows[..] {
            [row] => {
                let is_folded = self.folds.iter().any(|fold| fold.has(row));
                ensure!(
                    !is_folded,
                    "the step `{step}` of {thread} is not shown: it is folded"
                );
                self.notes.insert(row, note.trim().to_owned());
                Ok(())
            }
            [] => bail!("the trace has no step `{step}` of {thread}"),
            _ => bail!("the trace has `{step}` of {thread} {} times", rows.len()),
        }
    }
}

impl Named {
    fn split(self) -> (String, Option<String>) {
        match self {
            Self::Name(name) => (name, None),
            Self::Object { name, initial } => (name, initial),
        }
    }
}
