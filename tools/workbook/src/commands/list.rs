//! `cargo workbook list`

use serde_json::json;

use crate::catalogue::{Chapter, Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::page::Book;
use crate::progress::{Progress, Standing};
use crate::prose::{BOLD, DIM, GOOD, WARN, count};

/// Show the chapters and exercises, how long each takes, and how far you are
#[derive(clap::Args)]
#[command(after_help = "\
An exercise is green when all its tests have passed, in `cargo workbook check` or `watch`, on the source as it is
now. That is kept in progress.txt, a line for each exercise; git ignores it until you add it.

Example:
  cargo workbook list --json | jq '.chapters[].exercises[].name'")]
pub(crate) struct List {
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let progress = Progress::of(workbook)?;
        let book = Book::of(workbook);
        if self.json {
            out::println!("{:#}", as_json(workbook, &book, &progress));
        } else {
            out::print!("{}", in_words(workbook, &book, &progress));
        }
        Ok(Verdict::Holds)
    }
}

/// All exercises, a line each.
pub(crate) fn in_words(workbook: &Workbook, book: &Book, progress: &Progress) -> String {
    let widest = |of: &dyn Fn(&Exercise) -> usize| workbook.exercises().map(of).max().unwrap_or(0);
    let width = widest(&|exercise| exercise.name.len());
    let digits = widest(&|exercise| book.number_of(exercise).len());
    let mut text = String::new();
    let mut shown = Vec::new();
    let (mut done, mut left) = (0, 0);
    for chapter in &workbook.chapters {
        let standings: Vec<Standing> = chapter
            .exercises
            .iter()
            .map(|exercise| progress.standing(exercise))
            .collect();
        let green = standings
            .iter()
            .filter(|it| **it == Standing::Green)
            .count();
        done += green;
        text.push_str(&format!(
            "{BOLD}{}{BOLD:#}  {}\n",
            title(book, chapter),
            bar(green, standings.len(), standings.len())
        ));
        for (exercise, standing) in chapter.exercises.iter().zip(standings) {
            let style = match standing {
                Standing::Green => GOOD,
                Standing::Untouched => DIM,
                _ => WARN,
            };
            if standing != Standing::Green {
                left += exercise.minutes;
            }
            shown.push(standing);
            text.push_str(&format!(
                "  {style}{}{style:#} {:digits$}{}{:width$}  {:>3} min  {}\n",
                standing.mark(),
                book.number_of(exercise),
                if digits > 0 { "  " } else { "" },
                exercise.name,
                exercise.minutes,
                exercise.title
            ));
        }
    }
    let legend: Vec<String> = Standing::ALL
        .iter()
        .filter(|standing| shown.contains(standing))
        .map(|standing| format!("{} {}", standing.mark(), standing.legend()))
        .collect();
    let all = shown.len();
    text.push_str(&format!(
        "\n{DIM}{}{DIM:#}\n{}  {DIM}{} h {:02} min to solve{DIM:#}\n",
        legend.join("   "),
        bar(done, all, 30),
        left / 60,
        left % 60,
    ));
    text.push_str(&match progress.next(workbook) {
        Some(_) => "Where to go on: cargo workbook next\n".to_owned(),
        None => format!("{GOOD}All {} are green.{GOOD:#}\n", count(all, "exercise")),
    });
    text
}

fn title(book: &Book, chapter: &Chapter) -> String {
    let page = book.of_chapter(&chapter.folder);
    page.map_or_else(|| chapter.folder.clone(), |page| page.name())
}

/// `███░░  3 of 5`
pub(crate) fn bar(done: usize, all: usize, width: usize) -> String {
    let full = (done * width).checked_div(all).unwrap_or(0);
    format!(
        "{GOOD}{}{GOOD:#}{DIM}{}{DIM:#} {done} of {all}",
        "█".repeat(full),
        "░".repeat(width - full)
    )
}

fn as_json(workbook: &Workbook, book: &Book, progress: &Progress) -> serde_json::Value {
    let exercise = |exercise: &Exercise| {
        let page = book.of_exercise(exercise);
        json!({
            "name": exercise.name,
            "title": exercise.title,
            "minutes": exercise.minutes,
            "number": page.and_then(|page| page.number.as_deref()),
            "state": progress.standing(exercise),
            "path": workbook.relative(&exercise.folder()),
            "source": workbook.relative(&exercise.source()),
        })
    };
    json!({
        "version": 1,
        "chapters": workbook.chapters.iter().map(|chapter| json!({
            "name": chapter.folder,
            "title": title(book, chapter),
            "exercises": chapter.exercises.iter().map(exercise).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::bar;

    #[test]
    fn a_bar_is_full_only_at_the_end() {
        let plain = |done, all| strip_str(&bar(done, all, 4)).to_string();
        assert_eq!(plain(0, 9), "░░░░ 0 of 9");
        assert_eq!(plain(8, 9), "███░ 8 of 9");
        assert_eq!(plain(9, 9), "████ 9 of 9");
        assert_eq!(plain(0, 0), "░░░░ 0 of 0");
    }
}
