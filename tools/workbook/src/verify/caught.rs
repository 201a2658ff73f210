//! Each pitfall is caught by the test it names, for the reason it names.

use patches::Pitfall as Header;

use super::Room;
use super::mirror::Role;
use super::proof::{Caught, Row};
use super::variant::Pitfall;
use crate::libtest::{Binary, Ending, Run};
use crate::prose::{indent, nearest};

/// Fewer are no proof that the tests are any good.
const ENOUGH: usize = 4;

/// Whether the pitfall is caught as its header says. If not, the reason is noted in `row`.
pub(super) fn judge(room: &Room<'_>, pitfall: &Pitfall, run: Option<&Run>, row: &mut Row) -> bool {
    let role = Role::Pitfall(pitfall.name.clone());
    let complaint = match (pitfall.header(), room.binary(&role), run) {
        (Err(unread), _, _) => Some((unread.what.clone(), unread.todo.to_owned())),
        (Ok(_), None, _) => room.not_compiled(&role),
        (Ok(header), Some(binary), None) => Some(no_such_test(&binary, header)),
        (Ok(header), Some(_), Some(run)) => {
            let place = format!("{}/pitfall-{}/", room.exercise.name, pitfall.name);
            complaint(header, run, &place).map(|(what, todo)| {
                (
                    format!("{what}\n(output: {})", room.relative(&run.log)),
                    todo,
                )
            })
        }
    };
    let caught = complaint.is_none();
    row.pitfalls.push(Caught {
        name: pitfall.name.clone(),
        caught,
        caught_by: pitfall.header().ok().map(|header| header.caught_by.clone()),
    });
    if let Some((what, todo)) = complaint {
        row.problem(room.relative(&pitfall.file), what, todo);
    }
    caught
}

pub(super) fn enough(room: &Room<'_>, row: &mut Row) {
    if row.pitfalls.len() < ENOUGH {
        row.problem(
            room.relative(&room.exercise.differences("pitfalls")),
            format!("has {} of at least {ENOUGH} pitfalls", row.pitfalls.len()),
            "write down the wrong solutions that a learner would come up with",
        );
    }
}

/// What is wrong with how the named test ended, and what to do about it.
/// Between pieces of text of which any one will do: what decides is no part of the model.
pub(super) const OR: &str = " | ";

fn complaint(header: &Header, run: &Run, place: &str) -> Option<(String, String)> {
    let test = &run.test;
    match &run.ending {
        Ending::Failed | Ending::Crashed(_) => {
            // The names of the test and of this folder are no reasons, and would fit many a text.
            let output = run
                .output
                .replace(place, "")
                .replace(&place.replace('/', "\\"), "")
                .replace(test.as_str(), "the test");
            let missing: Vec<&str> = header
                .because
                .iter()
                .map(String::as_str)
                .filter(|because| !because.split(OR).any(|it| output.contains(it)))
                .collect();
            (!missing.is_empty()).then(|| {
                (
                    format!(
                        "is caught by `{test}`, but for another reason: nothing in its failure says {missing:?}. It says:\n{}",
                        indent(&output, 2).trim_end()
                    ),
                    "correct `Because`, or let the test say what is wrong".to_owned(),
                )
            })
        }
        Ending::Passed => Some((
            format!("survives: `{test}` passes with it in place of the solution"),
            "the test is too weak: make it fail, or name the test that does in `Caught by`"
                .to_owned(),
        )),
        Ending::Died(status) => Some((
            format!("is not caught but kills the test binary in `{test}` ({status})"),
            "a learner would see no message at all: let it unwind".to_owned(),
        )),
        Ending::Hung => Some((
            format!("is not caught but hangs in `{test}`"),
            "a hang has to become a failure with a headline within seconds".to_owned(),
        )),
    }
}

fn no_such_test(binary: &Binary, header: &Header) -> (String, String) {
    let tests = binary.tests().unwrap_or_default();
    let todo = match nearest(&header.caught_by, tests.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "name a test in full, as `models::two_threads_lose_no_increment`".to_owned(),
    };
    (
        format!("names `{}`, and there is no such test", header.caught_by),
        todo,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ending: Ending, output: &str, because: &[&str]) -> String {
        let header = Header {
            title: "t".to_owned(),
            caught_by: "models::no_deadlock".to_owned(),
            because: because.iter().map(|&text| text.to_owned()).collect(),
            lesson: "l".to_owned(),
        };
        let run = Run {
            test: header.caught_by.clone(),
            ending,
            output: output.to_owned(),
            log: "log".into(),
            reports: "reports".into(),
        };
        let place = "lock/pitfall-race/";
        complaint(&header, &run, place)
            .map(|(what, _)| what)
            .unwrap_or_default()
    }

    #[test]
    fn every_reason_has_to_be_given() {
        let output = "data race on `value`: row 4 is Relaxed";
        assert_eq!(said(Ending::Failed, output, &["data race", "Relaxed"]), "");
        let said = said(Ending::Failed, output, &["data race", "deadlock"]);
        assert!(
            said.contains("nothing in its failure says [\"deadlock\"]"),
            "{said}"
        );
    }

    #[test]
    fn of_several_reasons_one_will_do() {
        let because = ["not deterministic | deadlock"];
        assert_eq!(said(Ending::Failed, "deadlock: T0 waits", &because), "");
        assert_eq!(said(Ending::Failed, "not deterministic", &because), "");
        let said = said(Ending::Failed, "livelock", &because);
        assert!(said.contains("another reason"), "{said}");
    }

    #[test]
    fn names_are_no_reasons() {
        let output =
            "thread 'models::no_deadlock' panicked at lock/pitfall-race/src/lock.rs:3:1:\nboom";
        assert!(said(Ending::Failed, output, &["deadlock"]).contains("another reason"));
        assert!(said(Ending::Failed, output, &["race"]).contains("another reason"));
        assert_eq!(said(Ending::Failed, output, &["boom"]), "");
    }

    #[test]
    fn every_other_ending_has_its_own_complaint() {
        assert!(said(Ending::Passed, "", &[]).starts_with("survives"));
        assert!(said(Ending::Hung, "", &[]).contains("hangs in"));
        assert!(said(Ending::Died("signal: 6".into()), "", &[]).contains("signal: 6"));
    }
}
