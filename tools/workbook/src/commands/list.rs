//! `cargo workbook list`

use serde_json::json;

use crate::catalogue::{Exercise, State, Workbook};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BOLD, DIM, GOOD, WARN, count};

/// Show the chapters and exercises, how long each takes, and how far you are
#[derive(clap::Args)]
#[command(after_help = "\
The mark before a name comes from a glance at your file, not from its tests:
  ·  untouched    ~  begun (a `todo!` is left)    +  written    ?  cannot be read

Example:
  cargo workbook list --json | jq '.chapters[].exercises[].name'")]
pub(crate) struct List {
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        if self.json {
            out::println!("{:#}", as_json(workbook));
        } else {
            print(workbook);
        }
        Ok(Verdict::Holds)
    }
}

fn print(workbook: &Workbook) {
    let width = workbook
        .exercises()
        .map(|e| e.name.len())
        .max()
        .unwrap_or(0);
    let mut minutes = 0;
    for chapter in &workbook.chapters {
        out::println!("{BOLD}{}{BOLD:#}", chapter.folder);
        for exercise in &chapter.exercises {
            let Exercise { name, title, .. } = exercise;
            let (style, mark) = match exercise.state() {
                State::Untouched => (DIM, '·'),
                State::Begun => (WARN, '~'),
                State::Written => (GOOD, '+'),
                State::Unknown => (WARN, '?'),
            };
            out::println!(
                "  {style}{mark}{style:#} {name:width$}  {:>3} min  {title}",
                exercise.minutes
            );
            minutes += exercise.minutes;
        }
    }
    out::println!(
        "{DIM}{}, {} h {:02} min. Begin one with `cargo workbook check NAME`.{DIM:#}",
        count(workbook.exercises().count(), "exercise"),
        minutes / 60,
        minutes % 60,
    );
}

fn as_json(workbook: &Workbook) -> serde_json::Value {
    let exercise = |exercise: &Exercise| {
        json!({
            "name": exercise.name,
            "title": exercise.title,
            "minutes": exercise.minutes,
            "state": exercise.state(),
            "path": workbook.relative(&exercise.folder()),
            "source": workbook.relative(&exercise.source()),
        })
    };
    json!({
        "version": 1,
        "chapters": workbook.chapters.iter().map(|chapter| json!({
            "name": chapter.folder,
            "exercises": chapter.exercises.iter().map(exercise).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
