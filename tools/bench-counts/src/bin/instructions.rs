//! Counts the instructions of every primitive's round, by hand and by guard, with gungraun and callgrind, and leaves
//! the table that the book shows.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use bench_counts::Valgrind;
use bench_counts::cases::{self, By, Case, ROUNDS};
use bench_kit::{Table, cargo};
use cargo_lock::Lockfile;
use serde_json::Value;

const COMMAND: &str = "cargo run --release -p bench-counts --bin instructions";

/// What builds the benchmark and runs it.
const BENCH: [&str; 7] = [
    "bench",
    "--package",
    "bench-counts",
    "--features",
    "instructions",
    "--bench",
    "instructions",
];

/// The program that gungraun's benchmarks need beside them, and the variable that says where it is.
const RUNNER: &str = "gungraun-runner";
const RUNNER_VARIABLE: &str = "GUNGRAUN_RUNNER";

fn main() -> ExitCode {
    match instructions() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn instructions() -> Result<()> {
    let Some(valgrind) = Valgrind::find() else {
        return Ok(());
    };
    let version = version(&bench_kit::repository()?)?;
    let runner = env::var_os(RUNNER_VARIABLE).map_or_else(|| RUNNER.into(), PathBuf::from);
    let install = format!("cargo install --locked --version {version} {RUNNER}");
    match Command::new(&runner).arg("--version").output() {
        Err(_) => {
            eprintln!(
                "Instructions are left out: there is no `{RUNNER}` here. To install it:\n  {install}"
            );
            return Ok(());
        }
        Ok(output) => ensure!(
            says(&output.stdout, &version),
            "`{RUNNER}` is not in version {version}, which the benchmark has. To install that:\n  {install}"
        ),
    }
    let counts = read(&run(&runner)?)?;
    table(&counts, &valgrind)?.leave();
    Ok(())
}

/// The version of gungraun that the workspace has. The runner must have the same.
fn version(root: &Path) -> Result<String> {
    let lock = Lockfile::load(root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let gungraun = lock
        .packages
        .iter()
        .find(|package| package.name.as_str() == "gungraun");
    Ok(gungraun
        .context("Cargo.lock does not know gungraun")?
        .version
        .to_string())
}

/// Whether a program says that it has this version: `gungraun-runner 0.20.0`.
fn says(output: &[u8], version: &str) -> bool {
    String::from_utf8_lossy(output).split_whitespace().nth(1) == Some(version)
}

/// What gungraun prints: a line of JSON for each case.
fn run(runner: &Path) -> Result<String> {
    let home = tempfile::tempdir().context("cannot make a temporary directory")?;
    let output = cargo::cargo()
        .args(BENCH)
        .args(["--", "--output-format=json"])
        .arg(format!("--home={}", home.path().display())) // or it compares with the counts of last time
        .env(RUNNER_VARIABLE, runner)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    let command = BENCH.join(" ");
    ensure!(
        output.status.success(),
        "`cargo {command}` failed; what it says is above"
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The instructions of every case.
fn read(lines: &str) -> Result<Vec<(Case, u64)>> {
    let cases = cases::cases();
    let summaries = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let counts = summaries.map(|summary| {
        let count = count(&cases, &summary);
        count.with_context(|| format!("gungraun's summary is not what it used to be:\n{summary:#}"))
    });
    counts.collect()
}

/// One case of a benchmark's list: its number ends its name, as in `case_17`.
fn count(cases: &[Case], summary: &Value) -> Option<(Case, u64)> {
    let (_, number) = summary["id"].as_str()?.rsplit_once('_')?;
    let case = cases.get(number.parse::<usize>().ok()?)?;
    let metrics = &summary["profiles"][0]["data"]["total"]["metrics"];
    Some((*case, metrics["Ir"]["values"]["new"].as_u64()?))
}

fn table(counts: &[(Case, u64)], valgrind: &Valgrind) -> Result<Table> {
    let title = "Instructions of one round: take, work, give back, with nobody waiting";
    let columns = ["what", "by hand", "by guard", "ratio"];
    let mut table = Table::new("instructions", title, COMMAND, columns)
        .with_crate("gungraun")
        .with_version("valgrind", valgrind.version());
    for primitive in benches::release::all() {
        let count = |by, rounds| {
            let name = primitive.name;
            let case = Case { name, by, rounds };
            let counted = counts.iter().find(|(counted, _)| *counted == case);
            let (_, count) =
                counted.with_context(|| format!("nothing was counted for {case:?}"))?;
            anyhow::Ok(*count)
        };
        let both = |by| anyhow::Ok((count(by, ROUNDS)?, count(by, 2 * ROUNDS)?));
        let (hand, guard) = (both(By::Hand)?, both(By::Guard)?);
        let ratio = (guard.1 - guard.0) as f64 / (hand.1 - hand.0) as f64;
        table.row([
            primitive.name.to_owned(),
            cases::per_round(hand.0, hand.1),
            cases::per_round(guard.0, guard.1),
            format!("{ratio:.3}"),
        ]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line as gungraun 0.20.0 printed it, without what is not looked at.
    #[test]
    fn a_summary_gives_its_case_and_its_count() {
        let line = r#"{"id":"case_1","profiles":[{"tool":"Callgrind","data":{"total":{"metrics":{
            "Ir":{"values":{"new":55350}},"Dr":{"values":{"new":18455}}}}}}]}"#
            .replace('\n', "");
        let counts = read(&line).expect("a summary");
        assert_eq!(counts, [(cases::cases()[1], 55_350)]);
        let error = read(r#"{"id":"case_1","profiles":[]}"#).expect_err("it has no count");
        assert!(
            error.to_string().contains("not what it used to be"),
            "{error}"
        );
    }

    #[test]
    fn the_runner_must_have_the_version_of_the_library() {
        let root = bench_kit::repository().expect("cargo starts the tests");
        let version = version(&root).expect("a lock file");
        assert!(says(
            format!("gungraun-runner {version}\n").as_bytes(),
            &version
        ));
        assert!(!says(b"gungraun-runner 0.0.1\n", &version));
    }
}
