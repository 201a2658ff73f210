//! `cargo workbook verify`

use std::fs;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anstyle::Style;

use crate::catalogue::{Exercise, Package, Workbook};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BAD, BOLD, DIM, GOOD, WARN, count, indent};
use crate::verify::proof::{Problem, Proof, Row, Shown};
use crate::verify::{Options, Watch, prove, workers};

/// Prove that starters fail, solutions pass (right ones of another kind, too), pitfalls are caught, and examples
/// print what they should
#[derive(clap::Args)]
#[command(after_help = "\
Everything is compiled under target/verify/, and the checkout is only read (but for --record).

Examples:
  cargo workbook verify
  cargo workbook verify spin_lock raw_lock --json proof.json")]
pub(crate) struct Verify {
    /// The exercises, and packages of examples under `solutions/`; all of them, if none is named
    names: Vec<String>,
    /// Write the counts, and a row per exercise, to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write what is compared otherwise: traces of pitfalls to book/data/traces/, outputs of examples, starters
    /// and other differences that no longer apply where they say
    #[arg(long)]
    record: bool,
    /// How long one test may take before it counts as hung
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
    /// How many tests run at a time [default: half of the cores, at least 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

impl Verify {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let (exercises, packages) = self.chosen(workbook)?;
        let options = Options {
            limit: Duration::from_secs(self.timeout),
            jobs: self.jobs.map_or_else(workers, usize::from),
            record: self.record,
        };
        let names = exercises.iter().map(|exercise| &exercise.name);
        let names = names.chain(packages.iter().map(|package| &package.name));
        let mut screen = Screen::new(names.map(String::len).max());
        let began = Instant::now();
        let proof = prove(workbook, &exercises, &packages, &options, &mut screen)?;
        summary(&proof, began.elapsed());
        if let Some(file) = &self.json {
            let mut json = serde_json::to_vec_pretty(&proof).expect("a proof has only string keys");
            json.push(b'\n');
            fs::write(file, json).map_err(|error| Failure::io("write", file, &error))?;
        }
        Ok(Verdict::of(proof.problems == 0))
    }

    /// The exercises, and the packages of examples that belong to none: those that were named, or all. In
    /// the order of the book, each once, whatever was typed.
    fn chosen<'a>(
        &self,
        workbook: &'a Workbook,
    ) -> Result<(Vec<&'a Exercise>, Vec<Package>), Failure> {
        let mut exercises: Vec<&Exercise> = workbook.exercises().collect();
        let mut packages = workbook.packages_with_examples()?;
        packages.retain(|package| {
            exercises
                .iter()
                .all(|exercise| exercise.solution() != package.folder)
        });
        if !self.names.is_empty() {
            for name in &self.names {
                if !packages.iter().any(|package| package.name == *name) {
                    workbook.exercise(name)?;
                }
            }
            exercises.retain(|exercise| self.names.contains(&exercise.name));
            packages.retain(|package| self.names.contains(&package.name));
        }
        Ok((exercises, packages))
    }
}

/// Progress on stderr, a line per exercise on stdout.
struct Screen {
    width: usize,
    packages: usize,
    live: bool,
}

impl Screen {
    fn new(width: Option<usize>) -> Self {
        Self {
            width: width.unwrap_or(0),
            packages: 0,
            live: stderr().is_terminal(),
        }
    }
}

impl Watch for Screen {
    fn building(&mut self, packages: usize) {
        self.packages = packages;
        if packages > 0 {
            anstream::eprintln!(
                "compiling {packages} starters, solutions, alternatives and pitfalls"
            );
        }
    }

    fn built(&mut self, packages: usize) {
        if self.live {
            let end = if packages == self.packages {
                '\n'
            } else {
                '\r'
            };
            anstream::eprint!("  {packages} of {}{end}", self.packages);
            // Progress that cannot be shown is no reason to stop.
            let _ = stderr().flush();
        }
    }

    fn row(&mut self, row: &Row) {
        let (style, mark) = mark(&row.problems);
        let not_all = match row.models.len() - row.models_exhaustive() {
            0 => String::new(),
            n => format!(" {WARN}({n} fail){WARN:#}"),
        };
        let examples = match row.examples {
            0 => String::new(),
            n => format!(
                "  {} of {} current",
                row.examples_current,
                count(n, "example")
            ),
        };
        out::println!(
            "{style}{mark}{style:#} {BOLD}{:width$}{BOLD:#}  {:>8}  {:>9}{not_all}  {} of {} caught, {} of {} accepted{examples}",
            row.exercise,
            count(row.tests, "test"),
            count(row.models.len(), "model"),
            row.pitfalls_caught(),
            count(row.pitfalls.len(), "pitfall"),
            row.alternatives_accepted(),
            row.alternatives.len(),
            width = self.width,
        );
        print(&row.problems);
    }

    fn package(&mut self, shown: &Shown) {
        let (style, mark) = mark(&shown.problems);
        out::println!(
            "{style}{mark}{style:#} {BOLD}{:width$}{BOLD:#}  {} of {} current",
            shown.package,
            shown.examples_current,
            count(shown.examples, "example"),
            width = self.width,
        );
        print(&shown.problems);
    }
}

fn mark(problems: &[Problem]) -> (Style, char) {
    if problems.is_empty() {
        (GOOD, '✓')
    } else {
        (BAD, '✗')
    }
}

fn print(problems: &[Problem]) {
    for Problem { file, what, todo } in problems {
        out::println!("  {BOLD}{file}{BOLD:#}");
        out::print!("{}", indent(what, 4));
        out::println!("    {BOLD}→{BOLD:#} {todo}");
    }
}

fn summary(proof: &Proof, took: Duration) {
    let Proof {
        starters_compile,
        starters_fail,
        solutions_pass,
        ..
    } = proof;
    out::println!(
        "\n{BOLD}{}{BOLD:#}: {starters_compile} starters compile, \
         {starters_fail} fail as they should, {solutions_pass} solutions pass, \
         {} of {} alternatives accepted\n\
         {} of {} pitfalls caught, {} of {} models explored to the end, \
         {} of {} examples current",
        count(proof.exercises, "exercise"),
        proof.alternatives_accepted,
        proof.alternatives,
        proof.pitfalls_caught,
        proof.pitfalls,
        proof.models_exhaustive,
        proof.models,
        proof.examples_current,
        proof.examples,
    );
    if proof.loom_objects > 0 {
        out::println!(
            "in {} loom sees a failure that the language does not allow",
            count(proof.loom_objects, "model")
        );
    }
    let took = format!("{DIM}({:.0} s){DIM:#}", took.as_secs_f64());
    match proof.problems {
        0 => out::println!("{GOOD}Everything holds.{GOOD:#} {took}"),
        n => out::println!("{BAD}{} to mend.{BAD:#} {took}", count(n, "thing")),
    }
}
