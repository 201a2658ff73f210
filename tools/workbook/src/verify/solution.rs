//! The solution passes every test and every doctest, and its models explore every schedule.

use super::Room;
use super::mirror::Role;
use super::proof::{Model, Row};
use crate::cargo;
use crate::failure::Failure;
use crate::libtest::{Ending, Run};
use crate::prose::indent;
use crate::reports::{self, Outcome};

/// Runs the examples in the solution's documentation. What it says if they fail.
pub(super) fn doctests(room: &Room<'_>) -> Result<Option<String>, Failure> {
    let output = room
        .mirror
        .doctests(room.exercise, &Role::Solution)
        .output()
        .map_err(|error| cargo::did_not_start(&error))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((!output.status.success()).then(|| String::from_utf8_lossy(&said).trim().to_owned()))
}

pub(super) fn judge(
    room: &Room<'_>,
    runs: &[Run],
    doctests: Option<Result<Option<String>, Failure>>,
    row: &mut Row,
) -> Result<(), Failure> {
    let exercise = room.exercise;
    let file = room.relative(&exercise.solution_source());
    let error = room
        .built(&Role::Solution)
        .and_then(|built| built.errors.first());
    if let Some(error) = error {
        let what = format!("does not compile:\n{}", error.trim_end());
        row.problem(file, what, "make it compile");
        return Ok(());
    }
    let Some(doctests) = doctests else {
        let what = "was not compiled: it is missing, or something that it needs did not compile";
        row.problem(file, what, "see what cargo says above");
        return Ok(());
    };

    let before = row.problems.len();
    for run in runs {
        let what = match &run.ending {
            Ending::Passed => continue,
            Ending::Failed => format!("fails `{}`:\n{}", run.test, indent(&run.output, 2)),
            Ending::Crashed(headline) => {
                format!("ends the process of `{}`:\n  {headline}", run.test)
            }
            Ending::Died(status) => format!("kills the test binary in `{}` ({status})", run.test),
            Ending::Hung => format!(
                "hangs in `{}`: not done after {} s",
                run.test,
                room.options.limit.as_secs()
            ),
        };
        row.problem(
            &file,
            format!("{}\n(output: {})", what.trim_end(), room.relative(&run.log)),
            "mend the solution, or the test; `--timeout` gives a slow test more time",
        );
    }
    if let Some(said) = doctests? {
        row.problem(
            &file,
            format!(
                "an example in its documentation fails:\n{}",
                indent(&said, 2).trim_end()
            ),
            "mend the example",
        );
    }
    row.solution_passes = row.problems.len() == before && !runs.is_empty();
    models(room, runs, row)
}

/// Notes every model that ran. One that was cut off proves less than it seems to: the manifest has to say so.
fn models(room: &Room<'_>, runs: &[Run], row: &mut Row) -> Result<(), Failure> {
    let exercise = room.exercise;
    let tests = room.relative(&exercise.folder().join("tests/tiers/models.rs"));
    for run in runs {
        let reports = reports::read_all(&run.reports)?;
        if reports.is_empty() && run.test.starts_with("models::") && run.ending == Ending::Passed {
            row.problem(
                &tests,
                format!("`{}` ran no model", run.test),
                "call `lanes::model` in it, or move it to another tier",
            );
        }
        for report in reports {
            row.models.push(Model {
                passed: report.outcome == Outcome::Pass,
                loom_objection: report.loom_objection,
                name: report.model,
                states: report.states,
            });
        }
    }
    Ok(())
}
