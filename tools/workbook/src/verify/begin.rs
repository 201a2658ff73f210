//! The starter: it stands in the exercise, and `starter.patch` leads to it from the solution.
//!
//! Which of the three has changed is told by the patch, which knows the solution it was made from.

use std::fs;
use std::io;

use patches::{Patch, Sources, Starter};

use super::Room;
use super::proof::Row;
use crate::catalogue::Exercise;
use crate::failure::Failure;

/// The exercise as a learner finds it: what the patch leads to, or, where it leads nowhere, what stands there.
pub(super) fn sources(exercise: &Exercise) -> Option<Sources> {
    exercise
        .starter_sources()
        .or_else(|_| exercise.sources())
        .ok()
}

/// Notes in `row` where solution, starter and patch disagree. With `--record`, the patch is written anew where that
/// loses nothing: because the solution has changed and the starter has not, or because there is none.
pub(super) fn examine(room: &Room<'_>, row: &mut Row) -> Result<(), Failure> {
    let exercise = room.exercise;
    let (file, source) = (exercise.starter(), room.say(&exercise.source()));
    let Ok(now) = exercise.sources() else {
        row.problem(source, "cannot be read", "is it there, and is it UTF-8?");
        return Ok(());
    };
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let what = "is missing";
            let todo = "run `cargo workbook verify --record`: what stands in the exercise is the starter then";
            return record(room, &now, what, todo, row);
        }
        Err(error) => return Err(Failure::io("read", &file, &error)),
    };
    let starter = match Patch::parse(&text).and_then(Starter::of) {
        Ok(starter) => starter,
        Err(error) => {
            row.problem(
                room.say(&file),
                error.to_string(),
                format!(
                    "remove it: then {RECORD} makes the starter of what stands in the exercise"
                ),
            );
            return Ok(());
        }
    };
    match starter.from_solution(room.solution) {
        Ok(recorded) if recorded == now => {
            let anew = Starter::between(room.solution, &now).map(|starter| starter.to_string());
            if anew.as_ref() == Some(&text) {
                return Ok(());
            }
            let what = "is not written as we write it";
            record(room, &now, what, &format!("run {RECORD}"), row)
        }
        Err(error) if starter.to_solution(&now).is_ok() => {
            let what = format!("{error}: the solution has changed since");
            record(room, &now, &what, &format!("run {RECORD}"), row)
        }
        Ok(_) | Err(_) => {
            row.problem(
                source,
                "is not the starter any more",
                format!(
                    "`cargo workbook reset {}` (it keeps a copy); or, if it is to be the starter from now on, \
                     remove {} and run {RECORD}",
                    exercise.name,
                    room.say(&file)
                ),
            );
            Ok(())
        }
    }
}

const RECORD: &str = "`cargo workbook verify --record`";

fn record(
    room: &Room<'_>,
    now: &Sources,
    what: &str,
    todo: &str,
    row: &mut Row,
) -> Result<(), Failure> {
    let file = room.exercise.starter();
    match Starter::between(room.solution, now) {
        Some(starter) if room.options.record => fs::write(&file, starter.to_string())
            .map_err(|error| Failure::io("write", &file, &error)),
        Some(_) => {
            row.problem(room.say(&file), what, todo);
            Ok(())
        }
        None => {
            row.problem(
                room.say(&room.exercise.source()),
                "is the solution: nothing is left to be written",
                "take out what the learner writes",
            );
            Ok(())
        }
    }
}
