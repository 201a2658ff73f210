//! Records what the book draws: runs the chapters' benchmarks, and the programs that count, and writes what they
//! found, with the machine, the date and the versions, into `book/data`.

mod figure;
mod file;
mod group;
mod ledger;
mod noise;
mod pace;
mod part;
mod plan;
mod program;
mod progress;
mod recorder;
mod run;
mod steps;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use progress::Progress;
use recorder::Recorder;

/// Runs the benchmarks and writes the figures and tables that the book shows. Takes some minutes per chapter; let the
/// machine do nothing else meanwhile. Ctrl-C stops it, and the same command goes on where it stopped.
#[derive(Parser)]
#[command(bin_name = "cargo run --release -p record --")]
struct Cli {
    /// Record only this chapter, for example 02_mutex_guards [default: all]
    #[arg(long, value_name = "NAME")]
    chapter: Option<String>,

    /// Record only the groups (and the counting programs) with this name [default: all]
    #[arg(long, value_name = "NAME")]
    group: Option<String>,

    /// Start anew, where an interrupted recording would go on
    #[arg(long)]
    again: bool,

    /// Record for yourself, into book/data/mine: your copy of the book shows your figures beside ours
    #[arg(long)]
    mine: bool,

    /// Try everything in a few seconds: prints what is found and writes nothing
    #[arg(long)]
    quick: bool,

    /// Record although the machine is busy with other things; the figures carry how much
    #[arg(long)]
    busy: bool,

    /// Where figures/ and tables/ go [default: book/data]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["quick", "mine"])]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    let mut progress = Progress::new();
    let cli = Cli::parse();
    let result = Recorder::new(&cli).and_then(|recorder| recorder.record(&mut progress));
    progress.end();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
