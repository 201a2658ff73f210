//! `cargo workbook verify`

use std::fs;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::catalogue::{Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::prose::{BAD, BOLD, DIM, GOOD, WARN, count, indent};
use crate::verify::proof::{Problem, Proof, Row};
use crate::verify::{Options, Watch, prove, workers};

/// Prove that starters compile and fail, solutions pass, and every pitfall is caught
#[derive(clap::Args)]
#[command(after_help = "\
Everything is compiled under target/verify/, and the checkout is only read (but for --record).

Examples:
  cargo workbook verify
  cargo workbook verify spin_lock raw_lock --json proof.json")]
pub(crate) struct Verify {
    /// The exercises; all of them, if none is named
    names: Vec<String>,
    /// Write the counts, and a row per exercise, to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the traces of pitfalls to book/data/traces/ instead of comparing them
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
        let exercises: Vec<&Exercise> = if self.names.is_empty() {
            workbook.exercises().collect()
        } else {
            // In the order of the book, each once, whatever was typed.
            for name in &self.names {
                workbook.exercise(name)?;
            }
            workbook
                .exercises()
                .filter(|exercise| self.names.contains(&exercise.name))
                .collect()
        };
        let options = Options {
            limit: Duration::from_secs(self.timeout),
            jobs: self.jobs.map_or_else(workers, usize::from),
            record: self.record,
        };
        let mut screen = Screen::new(exercises.iter().map(|exercise| exercise.name.len()).max());
        let began = Instant::now();
        let proof = prove(workbook, &exercises, &options, &mut screen)?;
        summary(&proof, began.elapsed());
        if let Some(file) = &self.json {
            let mut json = serde_json::to_vec_pretty(&proof).expect("a proof has only string keys");
            json.push(b'\n');
            fs::write(file, json).map_err(|error| Failure::io("write", file, &error))?;
        }
        Ok(Verdict::of(proof.problems == 0))
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
        anstream::eprintln!("compiling {packages} starters, solutions and pitfalls");
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
        let (style, mark) = if row.problems.is_empty() {
            (GOOD, '✓')
        } else {
            (BAD, '✗')
        };
        let not_all = match row.models.len() - row.models_exhaustive() {
            0 => String::new(),
            n => format!(" {WARN}({n} not explored to the end){WARN:#}"),
        };
        anstream::println!(
            "{style}{mark}{style:#} {BOLD}{:width$}{BOLD:#}  {:>8}  {:>9}{not_all}  {} of {} caught",
            row.exercise,
            count(row.tests, "test"),
            count(row.models.len(), "model"),
            row.pitfalls_caught(),
            count(row.pitfalls.len(), "pitfall"),
            width = self.width,
        );
        for Problem { file, what, todo } in &row.problems {
            anstream::println!("  {BOLD}{file}{BOLD:#}");
            anstream::print!("{}", indent(what, 4));
            anstream::println!("    {BOLD}→{BOLD:#} {todo}");
        }
    }
}

fn summary(proof: &Proof, took: Duration) {
    let Proof {
        starters_compile,
        starters_fail,
        solutions_pass,
        ..
    } = proof;
    anstream::println!(
        "\n{BOLD}{}{BOLD:#}: {starters_compile} starters compile, \
         {starters_fail} fail as they should, {solutions_pass} solutions pass\n\
         {} of {} pitfalls caught, {} of {} models explored to the end",
        count(proof.exercises, "exercise"),
        proof.pitfalls_caught,
        proof.pitfalls,
        proof.models_exhaustive,
        proof.models,
    );
    let took = format!("{DIM}({:.0} s){DIM:#}", took.as_secs_f64());
    match proof.problems {
        0 => anstream::println!("{GOOD}Everything holds.{GOOD:#} {took}"),
        n => anstream::println!("{BAD}{} to mend.{BAD:#} {took}", count(n, "thing")),
    }
}
