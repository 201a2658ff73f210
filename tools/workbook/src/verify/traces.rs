//! Recorded traces: the counterexamples that the book steps through are those that the models find today.
//!
//! `book/data/traces/EXERCISE/PITFALL.json` is, byte for byte, the report of the model that caught the
//! pitfall. Every pitfall that a model catches has one, unless an address decides how it fails.

use std::fs;
use std::path::PathBuf;

use super::Room;
use super::caught::OR;
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
    // Where it may end in more than one way, no trace is that of tomorrow.
    let is_certain = pitfall
        .header()
        .is_ok_and(|header| !header.because.iter().any(|it| it.contains(OR)));
    let failed = reports::read_all(&run.reports)?
        .into_iter()
        .find(|report| is_certain && report.outcome == Outcome::Fail);
    let Some(report) = failed else {
        if old.is_some() {
            let what = "no model fails with this pitfall, or it may end in more than one way";
            remove_or_complain(room, recorded, what, row)?;
        }
        return Ok(());
    };
    let new = fs::read(&report.file).map_err(|error| Failure::io("read", &report.file, &error))?;
    if old.as_ref() == Some(&new) {
        return Ok(());
    }
    if room.records() {
        return room.record(&recorded, &new);
    }
    let what = match old {
        Some(_) => "is not what the model finds today",
        None => "is missing: a model catches this pitfall, and the book may show how",
    };
    row.problem(room.relative(&recorded), what, room.to_record());
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
    if room.records() {
        fs::remove_file(&path).map_err(|error| Failure::io("remove", &path, &error))?;
        anstream::eprintln!("removed {}", room.relative(&path));
        Ok(())
    } else {
        row.problem(room.relative(&path), what, room.to_record());
        Ok(())
    }
}
