//! `cargo workbook trace`

use std::fs;
use std::process::Stdio;

use serde_json::json;

use crate::cargo;
use crate::catalogue::Workbook;
use crate::failure::{Failure, Verdict};
use crate::prose::{BAD, BOLD, DIM, GOOD, count};
use crate::reports::{self, LANES_DIR, Outcome, Report};

/// Run an exercise's models, and say where the interleavings are that break it
#[derive(clap::Args)]
#[command(after_help = "\
Each failing model leaves its trace as a JSON file under target/traces/NAME/.

Example:
  cargo workbook trace spin_lock")]
pub(crate) struct Trace {
    /// The exercise, as `cargo workbook list` names it
    name: String,
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

impl Trace {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let folder = cargo::target_dir(&workbook.root)?
            .join("traces")
            .join(&exercise.name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::io("clear", &folder, &error))?;
        }
        fs::create_dir_all(&folder).map_err(|error| Failure::io("make", &folder, &error))?;

        // What the tests print is in the traces, and better; what the compiler says is shown.
        let status = cargo::command(&workbook.root)
            .args([
                "test",
                "--quiet",
                "--package",
                &exercise.name,
                "--test",
                "tiers",
                "models::",
            ])
            .env(LANES_DIR, &folder)
            .stdout(Stdio::null())
            .status()
            .map_err(|error| cargo::did_not_start(&error))?;
        let reports = reports::read_all(&folder)?;
        if self.json {
            print_json(workbook, &reports);
        } else {
            print(workbook, &exercise.name, &reports, status.success());
        }
        Ok(Verdict::of(status.success()))
    }
}

fn headline(report: &Report) -> &str {
    report
        .failure
        .as_ref()
        .map_or("", |failure| &failure.headline)
}

fn print(workbook: &Workbook, name: &str, reports: &[Report], success: bool) {
    for report in reports {
        let Report {
            model, executions, ..
        } = report;
        match report.outcome {
            Outcome::Pass => anstream::println!(
                "{GOOD}✓{GOOD:#} {model}  {DIM}{}{DIM:#}",
                count(
                    usize::try_from(*executions).unwrap_or(usize::MAX),
                    "execution"
                )
            ),
            Outcome::Fail => anstream::println!(
                "{BAD}✗{BAD:#} {BOLD}{model}{BOLD:#}\n    {}\n    {DIM}{}{DIM:#}",
                headline(report),
                workbook.say(&report.file)
            ),
        }
    }
    if success {
        anstream::println!("{GOOD}No model of {name} fails: there is no trace to show.{GOOD:#}");
    } else if !reports.iter().any(|report| report.outcome == Outcome::Fail) {
        anstream::println!(
            "{BAD}No model came as far as a trace.{BAD:#} Do the tests compile, and what fails?\n\
             cargo workbook check {name}"
        );
    } else {
        anstream::println!("The same as tables: cargo test -p {name} --test tiers models::");
    }
}

fn print_json(workbook: &Workbook, reports: &[Report]) {
    let traces: Vec<_> = reports
        .iter()
        .filter(|report| report.outcome == Outcome::Fail)
        .map(|report| {
            json!({
                "model": report.model,
                "headline": headline(report),
                "file": workbook.say(&report.file),
            })
        })
        .collect();
    anstream::println!(
        "{:#}",
        json!({ "version": 1, "models": reports.len(), "traces": traces })
    );
}
