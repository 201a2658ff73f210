//! What has gone wrong, and where.

use explorer::graph::{Fault, Id, Op, State};

use super::{Words, name_of};
use crate::graph::Outcome;

impl Words {
    /// What has gone wrong, and where.
    pub(crate) fn broken(&self, state: &State, fault: &Fault) -> Outcome {
        let me = name_of(fault.thread);
        let place = state.threads[fault.thread].as_ref().and_then(|it| it.place);
        match (state.next(fault.thread), fault.other) {
            (Some(op @ (Op::Read { c } | Op::Write { c })), Some((other, has))) => {
                let does = if matches!(op, Op::Write { .. }) {
                    "writes"
                } else {
                    "reads"
                };
                let (they, name) = (name_of(other), self.name(Id::Cell(c)));
                let text = format!(
                    "{they} has {has} `{name}`, {me} {does} it, and nothing orders the two"
                );
                let (file, line) = place.map_or(("", 0), |place| (place.file(), place.line()));
                Outcome::Race(text, file.to_owned(), line)
            }
            _ => {
                let (text, file, line) = panic_and_place(&fault.message);
                Outcome::Failed(format!("{me} panics: {text}"), file.to_owned(), line)
            }
        }
    }
}

/// The text of a panic on one line, its file and its line, from `TEXT (FILE:LINE)`.
fn panic_and_place(message: &str) -> (String, &str, u32) {
    let place = message
        .strip_suffix(')')
        .and_then(|it| it.rsplit_once(" ("));
    let place = place.and_then(|(text, place)| {
        let (file, line) = place.rsplit_once(':')?;
        Some((text, file, line.parse().ok()?))
    });
    let (text, file, line) = place.unwrap_or((message, "", 0));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    (lines.join(", "), file, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_from_its_place() {
        let message = "left is not right\n  left: 1 (one)\n right: 2 (C:\\x\\y.rs:57)";
        let text = String::from("left is not right, left: 1 (one), right: 2");
        assert_eq!(panic_and_place(message), (text, r"C:\x\y.rs", 57));
        assert_eq!(
            panic_and_place("no place"),
            (String::from("no place"), "", 0)
        );
    }
}
