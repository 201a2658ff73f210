//! Recorded traces: the counterexamples that the book steps through are those that the models find today.
//!
//! `book/data/traces/EXERCISE/PITFALL.json` is, byte for byte, the report of the model that caught the
//! pitfall. Every pitfall that a model catches has one.

use std::fs;
use std::path::PathBuf;

use super::Room;
use super::proof::Row;
use super::variant::Pitfall;
use crate::failure::Failure;
use crate::libtest::Run;
use crate::reports::{self, Outcome};

/// Records the trace of one pitfall that is caught, or compares it with the one that was recorded.
pub(super) fn examine(
    room: &Room<'_>,
    pitfall: &Pitfall,
    run: &Run,
    row: &mut Row,
) -> Result<(), Failure> {
    let recorded = folder(room).join(format!("{}.json", pitfall.name));
    let old = fs::read(&recorded).ok();
    let failed = reports::read_all(&run.reports)?
        .into_iter()
        .find(|report| report.outcome == Outcome::Fail);
    let Some(report) = failed else {
        if old.is_some() {
            remove_or_complain(room, recorded, "no model fails with this pitfall", row)?;
        }
        return Ok(());
    };
    let new = fs::read(&report.file).map_err(|error| Failure::io("read", &report.file, &error))?;
    if old.as_ref() == Some(&new) {
        return Ok(());
    }
    if room.options.record {
        let folder = folder(room);
        return fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&recorded, &new))
            .map_err(|error| Failure::io("write", &recorded, &error));
    }
    let what = match old {
        Some(_) => "is not what the model finds today",
        None => "is missing: a model catches this pitfall, and the book may show how",
    };
    row.problem(room.say(&recorded), what, RECORD);
    Ok(())
}

/// Traces of pitfalls that are no more.
pub(super) fn orphans(room: &Room<'_>, row: &mut Row) -> Result<(), Failure> {
    for entry in fs::read_dir(folder(room)).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_trace = path
            .extension()
            .is_some_and(|extension| extension == "json");
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if is_trace && !room.pitfalls.iter().any(|pitfall| pitfall.name == name) {
            remove_or_complain(room, path, "there is no such pitfall", row)?;
        }
    }
    Ok(())
}

const RECORD: &str = "run `cargo workbook verify --record`";

fn folder(room: &Room<'_>) -> PathBuf {
    let traces = room.workbook.root.join("book").join("data").join("traces");
    traces.join(&room.exercise.name)
}

fn remove_or_complain(
    room: &Room<'_>,
    path: PathBuf,
    what: &str,
    row: &mut Row,
) -> Result<(), Failure> {
    if room.options.record {
        fs::remove_file(&path).map_err(|error| Failure::io("remove", &path, &error))
    } else {
        row.problem(room.say(&path), what, RECORD);
        Ok(())
    }
}
