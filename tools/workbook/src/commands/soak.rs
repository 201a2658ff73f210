//! `cargo workbook soak`

use std::time::Duration;

use crate::catalogue::{Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BAD, BOLD, GOOD, count, nearest};
use crate::soak::plant::{KINDS, Kind};
use crate::soak::{Run, Soaked};

/// Plant hostile code in solutions, and see whether every test keeps a verdict of its own
#[derive(clap::Args)]
#[command(after_help = "\
Each kind of hostile code becomes the first line of every public function, in a copy below target/. The table
says how many tests have a verdict, how many of those that came to that code failed, how many of the others
passed as ever, when the first failure was shown, and how long it all took. Nothing fails on speed.

Examples:
  cargo workbook soak
  cargo workbook soak spin_lock --kinds exit,flood")]
pub(crate) struct Soak {
    /// The exercises; all of them, if none is named
    names: Vec<String>,
    /// The kinds of code, all unless told
    #[arg(long, value_delimiter = ',', value_name = "KIND,…")]
    kinds: Vec<String>,
}

impl Soak {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercises = self.exercises(workbook)?;
        let kinds = self.kinds()?;
        let width = exercises.iter().map(|it| it.name.len()).max().unwrap_or(0);
        out::println!(
            "{BOLD}  {:width$}  {:11}  verdicts  reached: fail  others: pass   first      all{BOLD:#}",
            "exercise",
            "code"
        );
        let mut wrong = 0;
        for exercise in exercises {
            let sources = exercise.solution_sources()?;
            let library = sources.get("lib.rs").map_or("", String::as_str);
            let soaked = Soaked::new(workbook, exercise)?;
            for kind in kinds.iter().filter(|kind| kind.fits(library)) {
                let run = soaked.run(kind)?;
                row(exercise, kind, &run, width);
                wrong += usize::from(!run.wrong.is_empty());
            }
        }
        match wrong {
            0 => out::println!("{GOOD}Every test has kept its verdict.{GOOD:#}"),
            n => out::println!("{BAD}{} went wrong.{BAD:#}", count(n, "run")),
        }
        Ok(Verdict::of(wrong == 0))
    }

    fn exercises<'a>(&self, workbook: &'a Workbook) -> Result<Vec<&'a Exercise>, Failure> {
        if self.names.is_empty() {
            return Ok(workbook.exercises().collect());
        }
        let names = self.names.iter();
        names.map(|name| workbook.exercise(name)).collect()
    }

    fn kinds(&self) -> Result<Vec<&'static Kind>, Failure> {
        if self.kinds.is_empty() {
            return Ok(KINDS.iter().collect());
        }
        let find = |name: &String| {
            KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
                let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                let todo = match nearest(name, names.iter().copied()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("there are: {}", names.join(", ")),
                };
                Failure::usage(
                    format!("there is no hostile code called `{name}` here"),
                    todo,
                )
            })
        };
        self.kinds.iter().map(find).collect()
    }
}

fn row(exercise: &Exercise, kind: &Kind, run: &Run, width: usize) {
    let (style, mark) = if run.wrong.is_empty() {
        (GOOD, '✓')
    } else {
        (BAD, '✗')
    };
    let of = |some: usize, all: usize| format!("{some} of {all}");
    out::println!(
        "{style}{mark}{style:#} {:width$}  {:11}  {:>8}  {:>13}  {:>12}  {:>6}  {:>7}",
        exercise.name,
        kind.name,
        of(run.verdicts, run.tests),
        of(run.failed, run.reached),
        of(run.kept, run.tests - run.reached),
        run.first.map_or_else(|| "-".to_owned(), seconds),
        seconds(run.took),
    );
    for wrong in &run.wrong {
        out::println!("    {BAD}{wrong}{BAD:#}");
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
