//! Records how long you wait for a verdict: for each exercise, the first time and after an edit, and for all of
//! `cargo test`. The tables stand on the book's page for contributors.
//!
//! Everything happens in a copy of the workbook, with a target folder of its own. Nothing that you wrote is touched,
//! and nothing of it is left when it ends.

mod copy;
mod exercise;
mod verdict;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bench_kit::{QUICK, Table};
use clap::Parser;

use crate::copy::Copy;
use crate::exercise::Exercise;
use crate::verdict::Verdict;

const COMMAND: &str = "cargo run --release -p feedback";

/// Times `cargo test`, for each exercise and for all of them. Takes some minutes; let the machine do nothing else
/// meanwhile.
#[derive(Parser)]
#[command(bin_name = "cargo run --release -p feedback --")]
struct Cli {
    /// Only these exercises, for example spin_lock; `cargo test` is left out then [default: all]
    #[arg(value_name = "EXERCISE")]
    only: Vec<String>,
}

fn main() -> ExitCode {
    match feedback(&Cli::parse().only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn feedback(only: &[String]) -> Result<()> {
    let root = &bench_kit::repository()?;
    let all = exercise::all(root)?;
    let unknown = only
        .iter()
        .find(|name| !all.iter().any(|it| it.name == **name));
    if let Some(name) = unknown {
        bail!("there is no exercise called {name:?}; `cargo workbook list` shows them all");
    }
    let wanted: Vec<&Exercise> = all
        .iter()
        .filter(|exercise| only.is_empty() || only.contains(&exercise.name))
        .collect();

    // The recorder tries everything out in seconds, if it can.
    let wanted = if env::var_os(QUICK).is_some() {
        wanted.into_iter().take(1).collect()
    } else {
        wanted
    };
    let is_everything = wanted.len() == all.len();

    let copy = Copy::of(root)?;
    copy.cargo(&["fetch", "--locked"])?; // a network is not what is timed
    let first = wanted.first().context("there is no exercise")?;
    let cold = announced(&format!("{}, with nothing built", first.name), || {
        Verdict::on(&copy, &first.package())
    })?;
    let whole = if is_everything {
        let built = announced("all that is left of `cargo test`", || {
            Verdict::on_everything(&copy)
        })?;
        let again = announced("`cargo test` again", || Verdict::on_everything(&copy))?;
        Some((built, again))
    } else {
        // Shared crates are built already, but for those that only some of the exercises need.
        for exercise in &wanted {
            exercise.build(&copy)?;
        }
        None
    };
    let times = wanted
        .iter()
        .map(|exercise| {
            let first = announced(&exercise.name, || exercise.first_time(&copy))?;
            let edited = announced(&format!("{}, after an edit", exercise.name), || {
                exercise.after_an_edit(&copy)
            })?;
            Ok((*exercise, first, edited))
        })
        .collect::<Result<Vec<_>>>()?;

    exercises_table(&times).leave();
    suite_table(&first.name, &cold, whole.as_ref(), &times).leave();
    Ok(())
}

/// Takes a time, and prints how long it was.
fn announced(what: &str, time: impl FnOnce() -> Result<Verdict>) -> Result<Verdict> {
    let verdict = time()?;
    eprintln!("{what}: {}", seconds(verdict.time));
    Ok(verdict)
}

type Times<'a> = (&'a Exercise, Verdict, Verdict);

fn exercises_table(times: &[Times<'_>]) -> Table {
    let columns = [
        "exercise",
        "first time",
        "after an edit",
        "models",
        "executions",
        "a second",
    ];
    let mut table = Table::new(
        "exercises",
        "From `cargo test -p NAME` to the verdict, once the crates that exercises share are built",
        COMMAND,
        columns,
    );
    for (exercise, first, edited) in times {
        let models = edited.models.as_ref();
        table.row([
            exercise.name.clone(),
            seconds(first.time),
            seconds(edited.time),
            models.map_or(String::new(), |models| models.count.to_string()),
            models.map_or(String::new(), |models| models.executions.to_string()),
            models
                .and_then(|models| models.per_second())
                .unwrap_or_default(),
        ]);
    }
    table
}

/// Without `whole` it says nothing of `cargo test`, since that was not run.
fn suite_table(
    name: &str,
    cold: &Verdict,
    whole: Option<&(Verdict, Verdict)>,
    times: &[Times<'_>],
) -> Table {
    let title = "How long the workbook keeps you waiting";
    let mut table = Table::new("suite", title, COMMAND, ["what", "time"]);
    table.row([
        format!("a fresh clone: `cargo test -p {name}`"),
        seconds(cold.time),
    ]);
    if let Some((built, again)) = whole {
        table.row([
            "then `cargo test`: builds the rest, tests all of it".to_owned(),
            seconds(built.time),
        ]);
        table.row([
            "`cargo test` again: nothing to build".to_owned(),
            seconds(again.time),
        ]);
    }
    let first = times
        .iter()
        .map(|(exercise, first, _)| (first.time, exercise));
    let edited = times
        .iter()
        .map(|(exercise, _, edited)| (edited.time, exercise));
    spread(&mut table, "an exercise for the first time", first);
    spread(&mut table, "an exercise after an edit", edited);
    table
}

/// Two rows: the exercise in the middle, and the slowest.
fn spread<'a>(
    table: &mut Table,
    what: &str,
    times: impl Iterator<Item = (Duration, &'a &'a Exercise)>,
) {
    let mut times: Vec<_> = times.collect();
    times.sort_by_key(|(time, _)| *time);
    if let (Some((median, _)), Some((slowest, exercise))) =
        (times.get(times.len() / 2), times.last())
    {
        table.row([format!("{what}: half of them in"), seconds(*median)]);
        table.row([
            format!("{what}: the slowest, {}", exercise.name),
            seconds(*slowest),
        ]);
    }
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else {
        format!("{seconds:.0} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn short_times_have_a_digit_after_the_point() {
        assert_eq!(seconds(Duration::from_millis(840)), "0.8 s");
        assert_eq!(seconds(Duration::from_millis(9_960)), "10 s");
        assert_eq!(seconds(Duration::from_secs(83)), "83 s");
    }
}
