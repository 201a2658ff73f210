//! `cargo workbook check`

use std::io::{IsTerminal as _, Write as _, stderr};

use terminal_size::{Width, terminal_size_of};

use crate::after_green;
use crate::attempt::{self, Attempt, Compiler, Moment, Order, Stop};
use crate::catalogue::{Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::page::Book;
use crate::progress::Progress;
use crate::prose::{DIM, WARN, count, fold};
use crate::saved;
use crate::view::View;

/// Run an exercise's tests, and say what stands and what to do next
#[derive(clap::Args)]
#[command(after_help = "\
It runs `cargo test -p NAME`, and shows how each tier stands, one failure whole, and the next step. What is green is
noted in progress.txt. `cargo workbook watch` shows the same whenever you save.

Examples:
  cargo workbook check spin_lock
  cargo workbook check spin_lock --difference    (once it is green: your solution beside ours)")]
pub(crate) struct Check {
    /// The exercise, as `cargo workbook list` names it, or a file of it
    name: String,
    /// Once it is green, show the way from your solution to ours
    #[arg(long)]
    difference: bool,
}

impl Check {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let columns = terminal_size_of(std::io::stdout()).map(|(Width(columns), _)| columns);
        let order = Order {
            workbook,
            exercise,
            only: None,
            columns,
            compiler: Compiler::Speaks,
        };
        let is_terminal = stderr().is_terminal();
        let attempt = attempt::run(&order, &Stop::default(), &|moment| {
            if let Moment::Testing(some, all) = moment
                && is_terminal
            {
                // Written over and over, and gone at the end.
                let _ = write!(stderr(), "\r{some} of {}\u{1b}[K", count(all, "test"));
            }
        })?;
        if is_terminal {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
        let attempt = attempt.expect("nobody stops it");
        let book = Book::of(workbook);
        let view = View {
            workbook,
            book: &book,
            exercise,
            attempt: &attempt,
            columns: columns.map_or(100, usize::from),
            has_keys: false,
        };
        let print = |text: &str| match columns {
            Some(columns) => out::print!("{}", fold(text, usize::from(columns))),
            None => out::print!("{text}"),
        };
        print(&format!("\n{}", view.text()));
        if !attempt.is_green {
            if self.difference {
                out::println!(
                    "{DIM}The difference to our solution is shown once it is green: until then it would do your work.{DIM:#}"
                );
            }
            return Ok(Verdict::DoesNotHold);
        }
        if let Some(warning) = note(workbook, exercise, &attempt) {
            anstream::eprintln!("{warning}");
        }
        print(&after_green::words(exercise, &attempt));
        // It is green, whatever cannot be found out besides.
        match after_green::orderings(workbook, exercise, &attempt) {
            Ok(text) => print(&text),
            Err(failure) => anstream::eprintln!("{failure}"),
        }
        let progress = Progress::of(workbook).unwrap_or_default();
        print(&after_green::next(workbook, &book, &progress, exercise));
        if self.difference {
            out::print!("\n{}", after_green::difference(workbook, exercise)?);
        }
        Ok(Verdict::Holds)
    }
}

/// Notes what is green. Where that cannot be, the verdict is the same, and this is what is to be said.
pub(crate) fn note(workbook: &Workbook, exercise: &Exercise, attempt: &Attempt) -> Option<String> {
    if saved::is_broken(workbook, exercise) {
        return None;
    }
    let Some(hash) = &attempt.hash else {
        return Some(format!(
            "{WARN}The file has changed while its tests ran, so this is not noted as green.{WARN:#}"
        ));
    };
    let failure = Progress::record(workbook, exercise, hash).err()?;
    Some(format!(
        "{WARN}Your progress could not be noted.{WARN:#}\n{failure}"
    ))
}
