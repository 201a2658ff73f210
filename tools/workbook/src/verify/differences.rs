//! Pitfalls and alternatives as files: each says something new, and says it as `--record` would write it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use patches::{Difference, Sources};
use proc_macro2::TokenStream;

use super::Room;
use super::proof::Row;
use super::variant::{Read, Variant};
use crate::failure::Failure;

/// Looks at every difference of an exercise. With `--record`, one that is only written otherwise is written anew.
pub(super) fn examine(room: &Room<'_>, row: &mut Row) -> Result<(), Failure> {
    let mut known = HashMap::from([(tokens(room.solution), "the solution".to_owned())]);
    for kind in ["pitfalls", "alternatives"] {
        strangers(room, kind, row);
    }
    each(room, room.pitfalls, &mut known, row)?;
    each(room, room.alternatives, &mut known, row)
}

fn each<H>(
    room: &Room<'_>,
    variants: &[Variant<H>],
    known: &mut HashMap<String, String>,
    row: &mut Row,
) -> Result<(), Failure> {
    for variant in variants {
        // One that could not be read is named where it is judged.
        let Ok(read) = &variant.read else { continue };
        let file = room.say(&variant.file);
        let name = format!("{}.patch", variant.name);
        if let Some(other) = known.insert(tokens(&read.sources), name) {
            row.problem(
                &file,
                format!("is {other}: only comments and spaces differ"),
                "let it be wrong (or right) in a way of its own, or remove it",
            );
        }
        written(room, &variant.file, read, row)?;
    }
    Ok(())
}

/// A difference that applies, but not where it says, or not as we write it, is confusing to read.
fn written<H>(room: &Room<'_>, file: &Path, read: &Read<H>, row: &mut Row) -> Result<(), Failure> {
    let Some(difference) = Difference::between(room.solution, &read.sources) else {
        return Ok(());
    };
    let anew = read.patch.clone().with(difference).to_string();
    let now = fs::read_to_string(file).map_err(|error| Failure::io("read", file, &error))?;
    if now == anew {
        return Ok(());
    }
    if room.options.record {
        return fs::write(file, anew).map_err(|error| Failure::io("write", file, &error));
    }
    let what = match read.patch.carriage_return() {
        Some(line) => format!("line {line}: ends as on Windows, in \\r\\n"),
        None => {
            let same = now
                .lines()
                .zip(anew.lines())
                .take_while(|(now, anew)| now == anew);
            let line = same.count() + 1;
            format!(
                "line {line}: applies, but at another place than it says, or it is written otherwise"
            )
        }
    };
    row.problem(room.say(file), what, "run `cargo workbook verify --record`");
    Ok(())
}

/// Files beside the differences that are none.
fn strangers(room: &Room<'_>, kind: &str, row: &mut Row) {
    let folder = room.exercise.differences(kind);
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_none_or(|extension| extension != "patch")
        })
        .collect();
    files.sort();
    for file in files {
        row.problem(
            room.say(&file),
            "is no difference from the solution: nobody applies it, and no test is tried on it",
            "`cargo workbook pitfall` makes a NAME.patch of it",
        );
    }
}

/// What the compiler sees of it: without comments and spaces.
fn tokens(sources: &Sources) -> String {
    sources
        .iter()
        .map(|(name, text)| match text.parse::<TokenStream>() {
            Ok(tokens) => format!("{name}\n{tokens}\n"),
            Err(_) => format!("{name}\n{text}\n"),
        })
        .collect()
}
