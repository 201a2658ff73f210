//! Runs the five litmus tests on this machine, and prints how often each outcome came, beside what the language
//! allows and what the model finds.
//!
//! ```console
//! $ cargo run --release -p atomics_examples --bin litmus             # a few seconds
//! $ cargo run --release -p atomics_examples --bin litmus -- 5000000  # so many runs of each
//! ```
//!
//! The tables go to standard output, the progress to standard error. The last line is this machine's row for the page on
//! litmus tests. The exit code is 1 if the machine, or the model, does what the language forbids.

use std::env;
use std::process::ExitCode;
use std::thread::available_parallelism;

use atomics_examples::catalogue::{self, Outcome, Trial};

/// Unless told.
const RUNS: usize = 50_000;

const USAGE: &str = "usage: litmus [RUNS]   (how often each test is run)";

fn main() -> ExitCode {
    let runs = match wanted(env::args().skip(1).collect()) {
        Ok(Wanted::Runs(runs)) => runs,
        Ok(Wanted::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(what) => {
            eprintln!("litmus: {what}\n{USAGE}");
            return ExitCode::from(2);
        }
    };

    let (arch, os) = (env::consts::ARCH, env::consts::OS);
    let processors = available_parallelism().map_or(1, usize::from);
    println!("{arch}, {os}, processors: {processors}. Runs of each test: {runs}.");
    println!("A number says how often this machine did it.");
    println!("-  forbidden by the language");
    println!("!  allowed, and a surprise: no order of the steps gives it");
    println!("*  allowed, and not found by the model");

    let mut broken = Vec::new();
    let mut surprises = Vec::new();
    let mut tried = 0;
    let all = catalogue::ALL.as_flattened().len();
    for tests in catalogue::ALL {
        let trials = tests.map(|test| {
            tried += 1;
            eprint!("\r{tried} of {all} ");
            test(runs)
        });
        eprint!("\r          \r");
        print(&trials);
        surprises.extend(surprise(&trials));
        broken.extend(trials.iter().flat_map(broken_rules));
    }
    println!("\nThis machine's row for the page on litmus tests, to send in:");
    println!(
        "| {arch}, {os}, processors: {processors} | {runs} | {} |",
        surprises.join(" | ")
    );
    for rule in &broken {
        eprintln!("litmus: {rule}");
    }
    ExitCode::from(u8::from(!broken.is_empty()))
}

/// What the command line asks for.
#[derive(Debug, PartialEq)]
enum Wanted {
    Help,
    Runs(usize),
}

fn wanted(arguments: Vec<String>) -> Result<Wanted, String> {
    match arguments.as_slice() {
        [] => Ok(Wanted::Runs(RUNS)),
        [one] if one == "--help" || one == "-h" => Ok(Wanted::Help),
        [one] => match one.replace('_', "").parse() {
            Ok(0) => Err("with no runs there is nothing to see".into()),
            Ok(runs) => Ok(Wanted::Runs(runs)),
            Err(_) => Err(format!(
                "`{one}` is no number of runs: give one such as 1000000"
            )),
        },
        [_, rest @ ..] => Err(format!(
            "one number is enough, and there is also `{}`",
            rest.join(" ")
        )),
    }
}

/// Prints a test with all its orderings, as one table.
fn print(trials: &[Trial; 3]) {
    let [weak, paired, strong] = trials;
    println!(
        "\n{:<24}{:>10}{:>18}{:>10}",
        weak.test, weak.orderings, paired.orderings, strong.orderings
    );
    for ((weak, paired), strong) in weak
        .outcomes
        .iter()
        .zip(&paired.outcomes)
        .zip(&strong.outcomes)
    {
        println!(
            "{:<24}{:>10}{:>18}{:>10}",
            weak.read,
            cell(weak),
            cell(paired),
            cell(strong)
        );
    }
}

fn cell(outcome: &Outcome) -> String {
    if !outcome.allowed && outcome.times == 0 {
        return "-".into();
    }
    let surprising = if outcome.is_surprising() { "!" } else { "" };
    let not_found = if outcome.allowed && !outcome.found {
        "*"
    } else {
        ""
    };
    format!("{}{surprising}{not_found}", outcome.times)
}

/// How often the surprise of a test came, with each kind of orderings that allows it. Nothing if it has none.
fn surprise(trials: &[Trial; 3]) -> Option<String> {
    let outcomes = trials.iter().flat_map(|trial| &trial.outcomes);
    let times: Vec<_> = outcomes
        .filter(|outcome| outcome.is_surprising())
        .map(|outcome| outcome.times.to_string())
        .collect();
    (!times.is_empty()).then(|| times.join(", "))
}

/// What happened in a trial that the language forbids.
fn broken_rules(trial: &Trial) -> Vec<String> {
    let Trial {
        test, orderings, ..
    } = trial;
    let forbidden = trial.outcomes.iter().filter(|outcome| !outcome.allowed);
    let broken = forbidden.filter(|outcome| outcome.found || outcome.times > 0);
    broken
        .map(|Outcome { read, times, .. }| {
            let who = if *times > 0 {
                "this machine"
            } else {
                "the model"
            };
            format!("{test}, {orderings}: the language forbids `{read}`, and {who} does it")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> Result<Wanted, String> {
        wanted(arguments.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_number_of_runs_may_be_given() {
        assert_eq!(asked(&[]), Ok(Wanted::Runs(RUNS)));
        assert_eq!(asked(&["1_000"]), Ok(Wanted::Runs(1_000)));
        assert_eq!(asked(&["--help"]), Ok(Wanted::Help));
    }

    #[test]
    fn what_is_no_number_of_runs_is_named() {
        for (wrong, named) in [("many", "`many`"), ("-3", "`-3`"), ("0", "nothing to see")] {
            let said = asked(&[wrong]).expect_err(wrong);
            assert!(said.contains(named), "{wrong}: {said}");
        }
        assert!(asked(&["1", "2"]).is_err());
    }

    #[test]
    fn a_surprise_is_marked_and_counted() {
        let outcome = Outcome {
            read: "left 0, right 0".into(),
            allowed: true,
            in_turns: false,
            found: true,
            times: 7,
        };
        assert_eq!(cell(&outcome), "7!");
        let trial = Trial {
            test: "store buffering",
            orderings: "Relaxed",
            outcomes: vec![outcome],
        };
        let forbidden = Trial {
            outcomes: Vec::new(),
            ..trial.clone()
        };
        let said = surprise(&[trial.clone(), trial, forbidden]);
        assert_eq!(said.as_deref(), Some("7, 7"));
    }

    #[test]
    fn what_the_language_forbids_is_reported_and_not_hidden() {
        let mut outcome = Outcome {
            read: "2 then 1".into(),
            allowed: false,
            in_turns: false,
            found: false,
            times: 0,
        };
        assert_eq!(cell(&outcome), "-");
        outcome.times = 3;
        assert_eq!(cell(&outcome), "3");
        let trial = Trial {
            test: "coherence",
            orderings: "Relaxed",
            outcomes: vec![outcome],
        };
        assert_eq!(
            broken_rules(&trial),
            ["coherence, Relaxed: the language forbids `2 then 1`, and this machine does it"]
        );
    }
}
