//! The starter compiles without a warning, and fails every test cleanly.

use super::Room;
use super::mirror::Role;
use super::proof::Row;
use crate::libtest::{Ending, Run};

/// How a failure begins that `lanes::stress` has made of a hang. It takes seconds, and says nothing of a
/// `todo!`.
const HANG: &str = "hang: ";

pub(super) fn judge(room: &Room<'_>, runs: &[Run], row: &mut Row) {
    let file = room.say(&room.exercise.source());
    let Some(built) = room.built(&Role::Starter) else {
        let what = "was not compiled: it is missing, or something that it needs did not compile";
        return row.problem(file, what, "see what cargo says above");
    };
    if !built.warnings.is_empty() {
        // The same line may be warned of twice: in the library, and in the copy that the models explore.
        let warnings: Vec<&str> = built
            .warnings
            .iter()
            .map(|warning| warning.trim_end())
            .collect();
        row.problem(
            &file,
            format!(
                "does not compile without a warning:\n{}",
                warnings.join("\n")
            ),
            "a learner must not meet a warning that is not their own: mend it",
        );
    }
    if let Some(error) = built.errors.first() {
        let what = format!("does not compile:\n{}", error.trim_end());
        return row.problem(file, what, "make it compile: only the tests may fail");
    }
    if built.tiers().is_none() {
        let what = "was not compiled: something that it needs did not compile";
        return row.problem(file, what, "see what cargo says above");
    }
    row.starter_compiles = built.warnings.is_empty();

    let before = row.problems.len();
    if runs.is_empty() {
        row.problem(
            &file,
            "there is no test that it could fail",
            "write the tests",
        );
    }
    let given = &room.exercise.given;
    for test in given
        .iter()
        .filter(|test| !runs.iter().any(|run| run.test == **test))
    {
        row.problem(
            room.say(&room.exercise.folder().join("Cargo.toml")),
            format!("`given` names the test `{test}`, which does not exist"),
            "take it out, or correct its name",
        );
    }
    for run in runs {
        if let Some((what, todo)) = complaint(run, given.contains(&run.test)) {
            row.problem(
                &file,
                format!("{what} (output: {})", room.say(&run.log)),
                todo,
            );
        }
    }
    row.starter_fails = row.problems.len() == before;
}

/// What is wrong with how one test of the starter ended, and what to do about it.
fn complaint(run: &Run, given: bool) -> Option<(String, &'static str)> {
    let test = &run.test;
    match &run.ending {
        Ending::Passed if given => None,
        Ending::Failed if given => Some((
            format!("fails `{test}`, which is `given`"),
            "take it out of `given`, or let the starter hold what it checks",
        )),
        Ending::Passed => Some((
            format!("passes `{test}` before a line is written"),
            "make the test ask for something, or list it under `given` in the exercise's Cargo.toml",
        )),
        Ending::Failed if run.output.lines().any(|line| line.starts_with(HANG)) => Some((
            format!("hangs in `{test}` until the test gives up"),
            "let the test come to a `todo!`, or to a failed assertion, before it waits",
        )),
        Ending::Failed => None,
        Ending::Died(status) => Some((
            format!("kills the test binary in `{test}` ({status})"),
            "`todo!` has to unwind: no panic in a destructor that runs while unwinding, no abort",
        )),
        Ending::Hung => Some((
            format!("hangs in `{test}`"),
            "let it fail within seconds: `lanes::stress` does for real threads",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ending: Ending, output: &str, given: bool) -> String {
        let run = Run {
            test: "a::b".to_owned(),
            ending,
            output: output.to_owned(),
            log: "log".into(),
            reports: "reports".into(),
        };
        complaint(&run, given)
            .map(|(what, _)| what)
            .unwrap_or_default()
    }

    #[test]
    fn a_clean_failure_and_a_given_pass_are_as_they_should_be() {
        assert_eq!(said(Ending::Failed, "not yet implemented: lock", false), "");
        assert_eq!(said(Ending::Failed, "left: 1", false), "");
        assert_eq!(said(Ending::Passed, "", true), "");
    }

    #[test]
    fn every_other_ending_has_its_own_complaint() {
        assert!(said(Ending::Passed, "", false).contains("before a line is written"));
        assert!(said(Ending::Failed, "not yet implemented", true).contains("`given`"));
        let hang = "thread 'a' panicked at b.rs:1:1:\nhang: the second lock never finished";
        assert!(said(Ending::Failed, hang, false).contains("until the test gives up"));
        assert!(said(Ending::Died("signal: 6".into()), "", false).contains("signal: 6"));
        assert!(said(Ending::Hung, "", true).contains("hangs in `a::b`"));
    }
}
