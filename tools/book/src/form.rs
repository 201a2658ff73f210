//! The form of a page with an exercise: the reader breaks it first, and is told afterwards.
//!
//! Before the box stand the question and the idea, in at most six minutes, and nothing that the reader is to write. What
//! our solution does and why stands behind it, under `## Debrief`. A strict build fails where a page has another form.

mod answers;
mod tokens;

use anyhow::Result;

use crate::debrief;
use crate::pitfall::Pitfall;
use crate::problem::{Problem, line_of};
use crate::repository::Repository;
use answers::Answers;

/// Minutes of reading before the box.
const AT_MOST: u32 = 6;

/// What a page is made of, as far as its form goes. Places are bytes of the page as it was written.
pub(crate) struct Made<'a> {
    /// Path of the page from the repository root.
    pub(crate) page: &'a str,
    pub(crate) text: &'a str,
    /// The exercises, in order.
    pub(crate) exercises: Vec<(usize, &'a str)>,
    /// What the reader sees as code.
    pub(crate) code: Vec<(usize, String)>,
    /// The wrong solutions that are shown as differences from the right one.
    pub(crate) differences: Vec<(usize, &'a str)>,
    /// What there is to read before the first exercise.
    pub(crate) minutes_before: u32,
}

/// In what a page differs from the form; one without an exercise has none.
pub(crate) fn deviations(made: &Made<'_>, repository: &Repository) -> Result<Vec<Problem>> {
    let Some(&(first_box, _)) = made.exercises.first() else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut tell = |at: usize, message: String| {
        found.push(Problem {
            page: made.page.to_owned(),
            line: line_of(made.text, at),
            message,
        });
    };
    for &(_, exercise) in &made.exercises {
        let answers = Answers::of(exercise, repository)?;
        for (at, code) in made.code.iter().filter(|(at, _)| *at < first_box) {
            let shown = answers.shown_by(code);
            if !shown.is_empty() {
                tell(*at, spoiled(exercise, &shown, "as our solution has it"));
            }
        }
        let differences = made.differences.iter().filter(|(at, name)| {
            let of = name.split('/').next();
            *at < first_box && of == Some(exercise)
        });
        for (at, name) in differences {
            let changed = answers.changed_by(&Pitfall::named(name, repository)?.sources);
            if !changed.is_empty() {
                tell(*at, spoiled(exercise, &changed, "beside our solution"));
            }
        }
    }
    if made.minutes_before > AT_MOST {
        tell(
            first_box,
            format!(
                "{} minutes of reading stand before the exercise, of at most {AT_MOST}: move what is not needed to begin \
                 behind it, or make two pages of two ideas",
                made.minutes_before
            ),
        );
    }
    let last_box = made.exercises.last().map_or(first_box, |(at, _)| *at);
    match debrief::heading(made.text) {
        None => tell(
            last_box,
            format!("`{}` is missing behind the exercise", debrief::HEADING),
        ),
        Some(heading) if heading.start < last_box => tell(
            heading.start,
            format!("`{}` stands before the exercise", debrief::HEADING),
        ),
        Some(_) => {}
    }
    Ok(found)
}

fn spoiled(exercise: &str, functions: &[&str], how: &str) -> String {
    format!(
        "this shows `{}` {how}, before the reader of {exercise} has written it. Move it behind the exercise, under `{}`; \
         what may stand here is the signature, a wrong version, or something else of the same shape",
        functions.join("`, `"),
        debrief::HEADING
    )
}
