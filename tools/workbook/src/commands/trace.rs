//! `cargo workbook trace`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::json;
use terminal_size::{Width, terminal_size};

use crate::cargo;
use crate::catalogue::{Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::libtest::{is_crash, message, printed_by, verdict_line};
use crate::out;
use crate::page::file_address;
use crate::prose::{BAD, BOLD, DIM, GOOD, WARN, count, indent, nearest};
use crate::reports::{self, Headline, LANES_DIR, LANES_REPLAY, Outcome, Report};
use crate::tiers;

/// Run an exercise's models, and step through the interleaving that breaks your code
#[derive(clap::Args)]
#[command(after_help = "\
The failing traces are drawn on a page, target/workbook/trace/NAME.html, with the book's stepper. Beside it,
in the folder NAME/, they lie as JSON. Of a model that fails without a schedule, it says why there is none.

Examples:
  cargo workbook trace spin_lock
  cargo workbook trace spin_lock two_threads_lose_no_increment
  cargo workbook trace spin_lock two_threads_lose_no_increment --replay 0x5.1x3")]
pub(crate) struct Trace {
    /// The exercise, as `cargo workbook list` names it, or a file of it
    name: String,
    /// Only the models whose names contain this
    test: Option<String>,
    /// Run one schedule alone, as the line under a table names it
    #[arg(long, value_name = "SCHEDULE", requires = "test")]
    replay: Option<String>,
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

impl Trace {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let filter = self.filter(exercise)?;
        let traces = cargo::target_dir(&workbook.root)?
            .join("workbook")
            .join("trace");
        let folder = traces.join(&exercise.name);
        let page = traces.join(format!("{}.html", exercise.name));
        reports::clear(&folder)?;

        let (success, said) = self.run_models(workbook, exercise, &filter, &folder)?;
        let reports = reports::read_all(&folder)?;
        let drawable: Vec<&Report> = reports
            .iter()
            .filter(|report| is_drawable(report))
            .collect();
        let without = without_schedule(&reports, &said);
        if !self.json {
            print(workbook, &exercise.name, &reports, &without, &said, success);
        }
        // A page of an earlier run would be of other code.
        if page.exists() {
            fs::remove_file(&page).map_err(|error| Failure::io("remove", &page, &error))?;
        }
        let drawn = !drawable.is_empty() && draw(workbook, exercise, &drawable, &page)?;
        if self.json {
            print_json(
                workbook,
                &reports,
                &drawable,
                &without,
                drawn.then_some(&page),
            );
        } else if drawn {
            out::println!("\n{BOLD}Step through it:{BOLD:#} {}", file_address(&page));
        }
        Ok(Verdict::of(success))
    }

    /// What the harness is told to run: all models, or those that were asked for by name.
    fn filter(&self, exercise: &Exercise) -> Result<Vec<String>, Failure> {
        let Some(test) = &self.test else {
            return Ok(vec!["models::".to_owned()]);
        };
        let wanted = test.strip_prefix("models::").unwrap_or(test);
        let tests = tiers::of(exercise);
        let models: Vec<&str> = tests
            .iter()
            .filter_map(|test| test.name.strip_prefix("models::"))
            .collect();
        let mut filter: Vec<String> = models
            .iter()
            .filter(|model| model.contains(wanted))
            .map(|model| format!("models::{model}"))
            .collect();
        if filter.is_empty() {
            let todo = match nearest(wanted, models.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("its models are: {}", models.join(", ")),
            };
            return Err(Failure::usage(
                format!("no model of {} has `{wanted}` in its name", exercise.name),
                todo,
            ));
        }
        if self.replay.is_some() && filter.len() > 1 {
            return Err(Failure::usage(
                format!(
                    "a schedule is of one model, and `{wanted}` names {}",
                    filter.len()
                ),
                format!("name one of them: {}", filter.join(", ")),
            ));
        }
        filter.push("--exact".to_owned());
        Ok(filter)
    }

    /// Runs the models, which leave their reports in `folder`. Whether all pass, and what the harness says.
    fn run_models(
        &self,
        workbook: &Workbook,
        exercise: &Exercise,
        filter: &[String],
        folder: &Path,
    ) -> Result<(bool, String), Failure> {
        let mut command = cargo::command(&workbook.root);
        command
            .args([
                "test",
                "--quiet",
                "--package",
                &exercise.name,
                "--test",
                "tiers",
                "--",
                // With a line for each test, for those that leave no report.
                "--format",
                "pretty",
            ])
            .args(filter)
            .env(LANES_DIR, folder)
            .envs(
                self.replay
                    .as_ref()
                    .map(|schedule| (LANES_REPLAY, schedule)),
            )
            // What the compiler says is for the learner; what the harness says, for us.
            .stderr(Stdio::inherit());
        if let Some((Width(columns), _)) = terminal_size() {
            // The harness sees a pipe, and would draw its tables for nobody's terminal.
            command.env("COLUMNS", columns.to_string());
        }
        let output = command
            .output()
            .map_err(|error| cargo::did_not_start(&error))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((output.status.success(), said))
    }
}

/// Has the book draw the page: its renderer, its stepper. Whether it could; if not, it has said why.
fn draw(
    workbook: &Workbook,
    exercise: &Exercise,
    failed: &[&Report],
    page: &Path,
) -> Result<bool, Failure> {
    anstream::eprintln!(
        "{DIM}Drawing it. The first time, this compiles the book: a minute or two.{DIM:#}"
    );
    let status = drawer(workbook, exercise, failed.iter().copied(), page)
        .status()
        .map_err(|error| cargo::did_not_start(&error))?;
    if !status.success() {
        anstream::eprintln!(
            "{WARN}The page could not be drawn{WARN:#}; the reason stands above. What the table says is the same."
        );
    }
    Ok(status.success())
}

/// The command that draws the page.
pub(crate) fn drawer<'a>(
    workbook: &Workbook,
    exercise: &Exercise,
    failed: impl Iterator<Item = &'a Report>,
    page: &Path,
) -> Command {
    let mut command = cargo::command(&workbook.root);
    command
        .args(["run", "--quiet", "--package", "book", "--", "trace"])
        .args(["--source", &workbook.relative(&exercise.source())])
        .arg("--out")
        .arg(page)
        .args(failed.map(|report| &report.file));
    command
}

/// Whether there is something to step through.
pub(crate) fn is_drawable(report: &Report) -> bool {
    failure(report).is_some_and(|it| it.why_no_schedule().is_none())
}

fn failure(report: &Report) -> Option<&Headline> {
    report
        .failure
        .as_ref()
        .filter(|_| report.outcome == Outcome::Fail)
}

fn headline(report: &Report) -> &str {
    failure(report).map_or("", |failure| &failure.headline)
}

/// A test that fails, and that there is nothing to step through.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct WithoutSchedule {
    model: String,
    headline: String,
    why: &'static str,
}

/// Of the reports, and of the tests that came to none.
fn without_schedule(reports: &[Report], said: &str) -> Vec<WithoutSchedule> {
    let reported = reports.iter().filter_map(|report| {
        Some(WithoutSchedule {
            model: report.model.clone(),
            headline: headline(report).to_owned(),
            why: failure(report)?.why_no_schedule()?,
        })
    });
    let failed = said.lines().filter_map(verdict_line);
    let failed = failed.filter(|(_, verdict)| *verdict == "FAILED");
    let silent = failed
        .filter(|(test, _)| !reports.iter().any(|report| report.model == *test))
        .map(|(test, _)| {
            let words = printed_by(test, said);
            let headline = message(&words).to_owned();
            WithoutSchedule {
                model: test.to_owned(),
                why: if is_crash(&headline) {
                    "its process ended before the model could report"
                } else {
                    "it failed where no model was running"
                },
                headline,
            }
        });
    reported.chain(silent).collect()
}

/// A line for each model, and the table of the first that fails.
fn print(
    workbook: &Workbook,
    name: &str,
    reports: &[Report],
    without: &[WithoutSchedule],
    said: &str,
    success: bool,
) {
    for report in reports {
        let Report { model, states, .. } = report;
        match failure(report) {
            None => out::println!(
                "{GOOD}✓{GOOD:#} {model}  {DIM}{}{DIM:#}",
                count(usize::try_from(*states).unwrap_or(usize::MAX), "state")
            ),
            Some(failure) if failure.why_no_schedule().is_none() => out::println!(
                "{BAD}✗{BAD:#} {BOLD}{model}{BOLD:#}\n    {}\n    {DIM}{}{DIM:#}",
                failure.headline,
                workbook.relative(&report.file)
            ),
            Some(_) => {}
        }
    }
    for WithoutSchedule {
        model,
        headline,
        why,
    } in without
    {
        out::println!(
            "{BAD}✗{BAD:#} {BOLD}{model}{BOLD:#}\n    {headline}\n    {DIM}No schedule to step through: {why}.{DIM:#}"
        );
    }
    let mut failed = reports.iter().filter_map(|report| {
        let failure = failure(report)?;
        Some((report, failure.why_no_schedule().is_some()))
    });
    let with_schedule = failed.clone().find(|(_, without)| !without);
    if success && reports.is_empty() {
        // Of a schedule that was run alone, there is no report.
        out::println!(
            "{GOOD}It passes along this schedule.{GOOD:#} No other was run: cargo workbook check {name}"
        );
    } else if success {
        out::println!("{GOOD}No model of {name} fails: there is no trace to show.{GOOD:#}");
    } else if let Some((report, _)) = with_schedule.or_else(|| failed.next()) {
        let table = printed_by(&report.model, said);
        out::println!(
            "\n{BOLD}{}{BOLD:#}\n{}",
            report.model,
            indent(&table, 2).trim_end()
        );
    } else if without.is_empty() {
        out::println!(
            "{BAD}No model came as far as a trace.{BAD:#} Do the tests compile, and what fails?\n\
             cargo workbook check {name}"
        );
    }
}

fn print_json(
    workbook: &Workbook,
    reports: &[Report],
    drawable: &[&Report],
    without: &[WithoutSchedule],
    page: Option<&PathBuf>,
) {
    let traces: Vec<_> = drawable
        .iter()
        .map(|report| {
            json!({
                "model": report.model,
                "headline": headline(report),
                "file": workbook.relative(&report.file),
            })
        })
        .collect();
    out::println!(
        "{:#}",
        json!({
            "version": 1,
            "models": reports.len(),
            "traces": traces,
            "without_schedule": without,
            "page": page.map(|page| workbook.relative(page)),
        })
    );
}
