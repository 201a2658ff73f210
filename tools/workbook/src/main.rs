//! `cargo workbook`: the learner's loop, and the maintainer's proof.
//!
//! | where | what |
//! |---|---|
//! | `commands/` | one command a file: its arguments, and what it prints |
//! | `catalogue.rs` | which chapters and exercises there are, and where their files lie |
//! | `verify/` | the proof, one property a file |
//! | `soak/` | hostile code, and whether every test keeps its verdict |
//! | `cargo.rs`, `libtest.rs`, `reports.rs` | what cargo, the test harness and the models say |
//! | `page.rs` | the book's pages: numbers, titles, addresses |
//! | `progress.rs` | what has been seen green |
//! | `attempt.rs`, `results.rs`, `view.rs` | one run of an exercise's tests, and how a learner sees it |
//! | `watch/` | the loop of `watch`: files, keys, the screen |
//! | `after_green.rs` | the word after green |
//! | `program.rs` | how a compiled program is run |
//! | `out.rs` | what is printed, wherever it goes |
//! | `saved.rs` | nothing that somebody wrote is lost |
//! | `tiers.rs` | an exercise's tests, as they stand in its source |
//! | `template.rs`, `templates/` | what a new exercise begins with |

mod after_green;
mod attempt;
mod cargo;
mod catalogue;
mod commands;
mod failure;
mod libtest;
mod out;
mod page;
mod program;
mod progress;
mod prose;
mod reports;
mod results;
mod saved;
mod soak;
mod template;
mod tiers;
mod verify;
mod view;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::catalogue::Workbook;
use crate::failure::{Failure, Verdict};

/// The workbook's command line: practise, get unstuck, start again, and prove that it all holds.
#[derive(Parser)]
#[command(name = "cargo workbook", bin_name = "cargo workbook", version, after_help = EXIT_CODES)]
struct Cli {
    /// Without one, it is `next`
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  it is so: the tests pass, the machine is ready, everything holds
  1  it is not so: a test fails, something required is missing, something does not hold
  2  the command was not understood: an unknown option, or no exercise of that name
  3  it could not be found out: a file that cannot be read or written, a tool that does not start

Example:
  cargo workbook check lost_update";

#[derive(Subcommand)]
enum Command {
    Next(commands::next::Next),
    Watch(commands::watch::Watch),
    List(commands::list::List),
    Check(commands::check::Check),
    Hint(commands::hint::Hint),
    Reset(commands::reset::Reset),
    Trace(commands::trace::Trace),
    Break(commands::demonstrate::Break),
    Doctor(commands::doctor::Doctor),
    New(commands::new::New),
    Pitfall(commands::pitfall::Pitfall),
    Verify(commands::verify::Verify),
    Weaken(commands::weaken::Weaken),
    Soak(commands::soak::Soak),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let command = command.unwrap_or_else(|| Command::Next(commands::next::Next::default()));
    match run(command).and_then(|verdict| out::finish().map(|()| verdict)) {
        Ok(verdict) => verdict.exit_code(),
        Err(failure) => {
            anstream::eprintln!("{failure}");
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Result<Verdict, Failure> {
    let workbook = Workbook::around_here()?;
    match command {
        Command::Next(next) => next.run(&workbook),
        Command::Watch(watch) => watch.run(&workbook),
        Command::List(list) => list.run(&workbook),
        Command::Check(check) => check.run(&workbook),
        Command::Hint(hint) => hint.run(&workbook),
        Command::Reset(reset) => reset.run(&workbook),
        Command::Trace(trace) => trace.run(&workbook),
        Command::Break(demonstrate) => demonstrate.run(&workbook),
        Command::Doctor(doctor) => doctor.run(&workbook),
        Command::New(new) => new.run(&workbook),
        Command::Pitfall(pitfall) => pitfall.run(&workbook),
        Command::Verify(verify) => verify.run(&workbook),
        Command::Weaken(weaken) => weaken.run(&workbook),
        Command::Soak(soak) => soak.run(&workbook),
    }
}
