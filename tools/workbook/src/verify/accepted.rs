//! Each right solution of another kind passes every test: tests that refuse what is right are as bad as tests
//! that let through what is wrong.

use super::Room;
use super::mirror::Role;
use super::proof::{Accepted, Row};
use super::variant::Alternative;
use crate::libtest::{Ending, Run};
use crate::prose::indent;

/// Notes in `row` whether every test accepts the alternative, and if not, which one refuses it.
pub(super) fn judge(room: &Room<'_>, alternative: &Alternative, runs: &[Run], row: &mut Row) {
    let file = room.say(&alternative.file);
    let before = row.problems.len();
    let role = Role::Alternative(alternative.name.clone());
    if let Err(what) = alternative.header() {
        row.problem(&file, what, "CONTRIBUTING.md shows a header");
    } else if let Some((what, todo)) = room.not_compiled(&role) {
        row.problem(&file, what, todo);
    } else if runs.is_empty() {
        row.problem(
            &file,
            "there is no test that could accept it",
            "write the tests",
        );
    }
    for run in runs {
        let how = match &run.ending {
            Ending::Passed => continue,
            Ending::Failed => format!("fails:\n{}", indent(&run.output, 2).trim_end()),
            Ending::Died(status) => format!("dies ({status})"),
            Ending::Hung => "hangs".to_owned(),
        };
        row.problem(
            &file,
            format!(
                "is refused: `{}` {how}\n(output: {})",
                run.test,
                room.say(&run.log)
            ),
            "if it is right, the test asks for more than was promised: mend the test",
        );
    }
    row.alternatives.push(Accepted {
        name: alternative.name.clone(),
        accepted: row.problems.len() == before,
    });
}

/// Without one, nothing shows that the tests accept any solution but ours.
pub(super) fn enough(room: &Room<'_>, row: &mut Row) {
    if row.alternatives.is_empty() {
        row.problem(
            room.say(&room.exercise.differences("alternatives")),
            "has no alternative",
            "write down a right solution of another kind, and see that every test accepts it",
        );
    }
}
