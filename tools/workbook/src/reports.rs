//! What the models say: `lanes` writes one JSON file per model into the folder that `LANES_DIR` names.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::failure::Failure;

/// The environment variable that asks for reports.
pub(crate) const LANES_DIR: &str = "LANES_DIR";
/// The environment variable that has a model run one schedule alone: `0x5.1x3`.
pub(crate) const LANES_REPLAY: &str = "LANES_REPLAY";
/// The environment variable that weakens one ordering: `src/spin_lock.rs:47:14=Relaxed`.
pub(crate) const LANES_WEAKEN: &str = "LANES_WEAKEN";

/// An empty folder, for what is written next: nothing in it is of an earlier run.
pub(crate) fn clear(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::io("clear", folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| Failure::io("make", folder, &error))
}

/// The report of one model: only what the workbook looks at.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Report {
    /// The name of the test that ran it.
    pub(crate) model: String,
    pub(crate) outcome: Outcome,
    /// How many states were visited, if it passed: all that there are.
    #[serde(default)]
    pub(crate) states: u64,
    /// What loom takes for a failure where the model passes, if it does.
    #[serde(default)]
    pub(crate) loom_objection: Option<String>,
    /// The places in the source that name an ordering, if it passed.
    #[serde(default)]
    pub(crate) orderings: Vec<OrderingSite>,
    /// What went wrong, if it failed.
    pub(crate) failure: Option<Headline>,
    #[serde(skip)]
    pub(crate) file: PathBuf,
}

/// The beginning of a counterexample.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Headline {
    #[serde(default)]
    kind: String,
    pub(crate) headline: String,
    /// What the threads did, step by step.
    #[serde(default)]
    rows: Vec<IgnoredAny>,
}

impl Headline {
    /// Why there is no schedule to step through, if there is none.
    pub(crate) fn why_no_schedule(&self) -> Option<&'static str> {
        let why = match self.kind.as_str() {
            _ if !self.rows.is_empty() => return None,
            "not_yet_implemented" => "it came to a `todo!`, whatever the schedule",
            "too_many_schedules" => "none of those that were tried fails, and there are too many",
            "one_schedule" => "there is only one, so nothing was explored",
            "hang" => "it waits for something that is not in the model, or turns round in a loop",
            "stack_overflow" => "a thread used up its stack, whatever the others did",
            "not_deterministic" => "it does not do the same again under the same schedule",
            _ => "the checker could not record one",
        };
        Some(why)
    }
}

/// A place in the source that names an ordering, and what it could be weakened to.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderingSite {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) op: String,
    pub(crate) ordering: String,
    /// The orderings one step weaker.
    pub(crate) weaker: Vec<String>,
    /// What `LANES_WEAKEN` calls this place.
    pub(crate) weaken: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Pass,
    Fail,
}

/// The reports in `folder`, by file name. None at all if there is no such folder.
pub(crate) fn read_all(folder: &Path) -> Result<Vec<Report>, Failure> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files.into_iter().map(read).collect()
}

fn read(file: PathBuf) -> Result<Report, Failure> {
    let text = fs::read(&file).map_err(|error| Failure::io("read", &file, &error))?;
    let report: Report = serde_json::from_slice(&text).map_err(|error| {
        Failure::blocked(
            format!("{} is not a model's report: {error}", file.display()),
            "`lanes` and `workbook` disagree about the format: make them agree",
        )
    })?;
    Ok(Report { file, ..report })
}
