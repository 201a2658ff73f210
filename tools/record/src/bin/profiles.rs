//! Records the profiles of the book: lets criterion's hook look at a few rows of the benchmarks, and writes what it
//! has seen, with the machine, the date and the versions, into `book/data/profiles`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use bench_kit::profile::{IS_POSSIBLE, SAMPLED, STACKS, Sampled};
use bench_kit::{GROUP, cargo};
use clap::Parser;
use record::machine::{self, Machine};
use serde::Serialize;

/// What is recorded.
const PROFILES: [Profile; 2] = [
    Profile {
        name: "crowd_at_a_spin_lock",
        title: "SpinLock, two threads for each processor: lock, work, add one, unlock",
        bench: "02_mutex_guards",
        row: "too_many_threads/SpinLock",
    },
    Profile {
        name: "crowd_at_a_mutex",
        title: "std’s Mutex, two threads for each processor: lock, work, add one, unlock",
        bench: "02_mutex_guards",
        row: "too_many_threads/std",
    },
];

struct Profile {
    /// What its files are called, and what the page asks for.
    name: &'static str,
    title: &'static str,
    bench: &'static str,
    /// How the name of exactly one of its rows begins.
    row: &'static str,
}

/// Records where the time goes in some contended rows. Takes half a minute after compiling; let the machine do nothing
/// else meanwhile.
#[derive(Parser)]
#[command(bin_name = "cargo run --release -p record --bin profiles --")]
struct Cli {
    /// How long each row runs
    #[arg(long, value_name = "N", default_value_t = 10)]
    seconds: u32,

    /// Where the profiles go [default: book/data/profiles]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What stands beside the stacks.
#[derive(Serialize)]
struct Recording<'a> {
    version: u32,
    title: &'a str,
    recorded: String,
    machine: Machine,
    versions: BTreeMap<String, String>,
    /// The command that shows the reader's own.
    command: String,
    #[serde(flatten)]
    sampled: Sampled,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if !IS_POSSIBLE {
        eprintln!(
            "no profiles: the crate that samples knows Linux and macOS on x86-64 and arm64 only"
        );
        return ExitCode::SUCCESS;
    }
    match record(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn record(cli: &Cli) -> Result<()> {
    let root = &bench_kit::repository()?;
    let out = cli.out.clone();
    let out = out.unwrap_or_else(|| root.join("book/data/profiles"));
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    for (number, profile) in PROFILES.iter().enumerate() {
        eprintln!("[{}/{}] {}", number + 1, PROFILES.len(), profile.name);
        let (stacks, sampled) = profile.take(cli.seconds)?;
        let recording = Recording {
            version: 1,
            title: profile.title,
            recorded: machine::today(),
            machine: Machine::this(),
            versions: machine::versions(root, &["criterion".into(), "pprof".into()])?,
            command: profile.command(),
            sampled,
        };
        let json = serde_json::to_string_pretty(&recording)? + "\n";
        for (extension, text) in [("folded", stacks), ("json", json)] {
            let path = out.join(profile.name).with_extension(extension);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("wrote {}", path.display());
        }
    }
    Ok(())
}

impl Profile {
    /// Runs the row, on its own, and returns what was seen.
    fn take(&self, seconds: u32) -> Result<(String, Sampled)> {
        let dir = tempfile::tempdir().context("cannot make a temporary directory")?;
        let mut bench = cargo::cargo();
        bench.args(["bench", "--package", "benches", "--features", "profile"]);
        bench.args(["--bench", self.bench, "--", "--profile-time"]);
        bench.arg(seconds.to_string()).arg(self.row);
        bench.env("CARGO_PROFILE_BENCH_DEBUG", "limited");
        bench.env("CRITERION_HOME", dir.path());
        // No other group's rows are tried first.
        bench.env(GROUP, self.row.split('/').next().unwrap_or(self.row));
        let status = bench.status().context("cannot run cargo")?;
        ensure!(
            status.success(),
            "the benchmark failed ({status}); what it says is above"
        );
        let found = found_in(dir.path())?;
        let [of_the_row] = &found[..] else {
            let count = found.len();
            anyhow::bail!("{} names {count} rows, where it should name one", self.row);
        };
        let stacks = fs::read_to_string(of_the_row.join(STACKS))?;
        let sampled = serde_json::from_slice(&fs::read(of_the_row.join(SAMPLED))?)?;
        Ok((stacks, sampled))
    }

    fn command(&self) -> String {
        format!(
            "CARGO_PROFILE_BENCH_DEBUG=limited cargo bench -p benches --features profile --bench {} -- \
             --profile-time 10 {}",
            self.bench, self.row
        )
    }
}

/// Every `GROUP/ROW/profile` in criterion's directory.
fn found_in(criterion: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for group in criterion.read_dir()? {
        let group = group?.path();
        if !group.is_dir() {
            continue;
        }
        for row in group.read_dir()? {
            let profile = row?.path().join("profile");
            if profile.join(STACKS).is_file() {
                found.push(profile);
            }
        }
    }
    Ok(found)
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
    fn a_profile_is_where_criterion_told_it_to_be() {
        let dir = tempfile::tempdir().expect("a directory");
        assert!(found_in(dir.path()).expect("it can be listed").is_empty());
        let profile = dir.path().join("group/row, 4 threads/profile");
        fs::create_dir_all(&profile).expect("a directory");
        fs::write(profile.join(STACKS), "a;b 1\n").expect("a file");
        assert_eq!(found_in(dir.path()).expect("it can be listed"), [profile]);
    }
}
