//! `cargo workbook next`

use serde_json::json;

use crate::catalogue::{Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::page::Book;
use crate::progress::{Progress, Standing};
use crate::prose::{BOLD, DIM, GOOD, count};

/// Say which exercise comes next: its page, its file, and what to type
#[derive(clap::Args, Default)]
#[command(after_help = "\
It is the first that has not been seen green (`cargo workbook list` shows them all). The page's address is that of
the book that `cargo book` serves, or has built.

Example:
  cargo workbook next")]
pub(crate) struct Next {
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

impl Next {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let progress = Progress::of(workbook)?;
        let book = Book::of(workbook);
        let next = progress.next(workbook);
        if self.json {
            out::println!(
                "{:#}",
                json!({
                    "version": 1,
                    "next": next.map(|next| as_json(workbook, &book, &progress, next)),
                })
            );
            return Ok(Verdict::Holds);
        }
        match next {
            Some(next) => out::print!(
                "{}  type   {BOLD}cargo workbook watch{BOLD:#}  {DIM}(tests again whenever you save; once: cargo workbook \
                 check {}){DIM:#}\n",
                in_words(workbook, &book, &progress, next),
                next.name
            ),
            None => out::println!(
                "{GOOD}All {} are green.{GOOD:#} There is none left.",
                count(workbook.exercises().count(), "exercise")
            ),
        }
        Ok(Verdict::Holds)
    }
}

/// What one has to know to begin with an exercise.
pub(crate) fn in_words(
    workbook: &Workbook,
    book: &Book,
    progress: &Progress,
    exercise: &Exercise,
) -> String {
    let head = format!("{} {}", book.number_of(exercise), exercise.name);
    let standing = match progress.standing(exercise) {
        Standing::Untouched => String::new(),
        standing => format!(", {}", standing.legend()),
    };
    let mut text = format!(
        "Next: {BOLD}{}{BOLD:#}  {DIM}{} min{standing}{DIM:#}\n",
        head.trim(),
        exercise.minutes
    );
    if let Some(page) = book.of_exercise(exercise) {
        let place = match book.address() {
            Some(address) => address.of(page),
            None => format!(
                "{}  {DIM}(`cargo book` shows it in a browser){DIM:#}",
                workbook.relative(&book.source(page))
            ),
        };
        text.push_str(&format!("  read   {}\n         {place}\n", page.title));
    }
    text.push_str(&format!(
        "  write  {}\n",
        workbook.relative(&exercise.source())
    ));
    text
}

fn as_json(
    workbook: &Workbook,
    book: &Book,
    progress: &Progress,
    exercise: &Exercise,
) -> serde_json::Value {
    let page = book.of_exercise(exercise).map(|page| {
        json!({
            "number": page.number,
            "title": page.title,
            "source": workbook.relative(&book.source(page)),
            "address": book.address().map(|address| address.of(page)),
        })
    });
    json!({
        "name": exercise.name,
        "title": exercise.title,
        "minutes": exercise.minutes,
        "state": progress.standing(exercise),
        "source": workbook.relative(&exercise.source()),
        "page": page,
    })
}
