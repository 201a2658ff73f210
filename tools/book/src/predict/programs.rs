//! Runs the programs that predictions are about, and compares what they print with what is recorded.
//!
//! A strict build does this, so that a listing cannot change without the answer below it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use wait_timeout::ChildExt as _;

use super::{Prediction, answer};
use crate::problem::Problem;
use crate::repository::Repository;

/// How long one program may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The folder of the package that the example at `path` belongs to, and the name of the example.
pub(super) fn package_of(path: &str) -> Result<(&str, &str)> {
    path.strip_suffix(".rs")
        .and_then(|stem| stem.rsplit_once("/examples/"))
        .filter(|(folder, name)| !folder.is_empty() && !name.contains('/'))
        .with_context(|| format!("{path:?} is not PACKAGE/examples/NAME.rs"))
}

/// Compiles and runs all programs of `predictions`. Fails if there is nothing to be run.
pub(crate) fn check(predictions: &[Prediction], repository: &Repository) -> Result<Vec<Problem>> {
    let paths: BTreeSet<&str> = predictions
        .iter()
        .map(|prediction| prediction.block.program.as_str())
        .collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let executables = compile(&paths, repository)?;
    let mut printed = BTreeMap::new();
    for path in paths {
        let result = match executables.get(&repository.locate(path)?) {
            Some(executable) => run(path, executable, repository),
            None => Err(anyhow::anyhow!("cargo made no program of {path}")),
        };
        printed.insert(path, result);
    }
    let problems = predictions.iter().filter_map(|prediction| {
        let message = match &printed[prediction.block.program.as_str()] {
            Ok(now) => differs(prediction, now)?,
            Err(error) => format!("{error:#}"),
        };
        Some(Problem {
            page: prediction.page.clone(),
            line: prediction.line,
            message,
        })
    });
    Ok(problems.collect())
}

/// What to say if the program of `prediction` prints something else than it used to.
fn differs(prediction: &Prediction, now: &str) -> Option<String> {
    if now.lines().eq(prediction.recorded.lines()) {
        return None;
    }
    let program = &prediction.block.program;
    let what = match answer::check(&prediction.block, now) {
        Ok(()) => format!("{program} prints something else than its .stdout"),
        Err(wrong) => format!("{} now; its .stdout is out of date", wrong.message),
    };
    Some(format!(
        "{what}. If the program is right, run `cargo workbook verify --record` and look at the page"
    ))
}

/// One line of `--message-format=json`.
#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    src_path: PathBuf,
}

/// Compiles the examples at `paths`. The answer's keys are their sources.
fn compile(paths: &BTreeSet<&str>, repository: &Repository) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let root = repository.locate("Cargo.toml")?;
    // `cargo book` is run by cargo, which says here which cargo it is.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([
        "build",
        "--quiet",
        "--message-format=json-render-diagnostics",
    ]);
    command.arg("--manifest-path").arg(&root);
    if let Some(folder) = root.parent() {
        command.current_dir(folder); // for its configuration and its toolchain
    }
    for path in paths {
        let (folder, example) = package_of(path)?;
        command.args(["--package", &repository.package_name(folder)?]);
        command.args(["--example", example]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo did not start")?;
    let mut executables = BTreeMap::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let Ok(message) = serde_json::from_str::<Message>(&line?) else {
                continue;
            };
            if let ("compiler-artifact", Some(target), Some(executable)) =
                (&*message.reason, message.target, message.executable)
            {
                executables.insert(target.src_path, executable);
            }
        }
    }
    ensure!(
        child.wait()?.success(),
        "the programs of the predictions do not compile; cargo says why above"
    );
    Ok(executables)
}

/// What the compiled program prints.
fn run(path: &str, executable: &Path, repository: &Repository) -> Result<String> {
    let expected = Exit::expected(&repository.read(path)?).with_context(|| path.to_owned())?;
    let (folder, _) = package_of(path)?;
    // To a file: a pipe could fill up while we wait. One without a name: another build may run the same program.
    let mut out = tempfile::tempfile()?;
    let status = {
        let mut child = Command::new(executable)
            .current_dir(repository.locate(folder)?)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{path} did not start"))?;
        match child.wait_timeout(LIMIT)? {
            Some(status) => status,
            None => {
                child.kill()?;
                child.wait()?;
                bail!("{path} was not done after {} s", LIMIT.as_secs());
            }
        }
    };
    let mut printed = Vec::new();
    out.rewind()?;
    out.read_to_end(&mut printed)?;
    ensure!(
        expected.is(status),
        "{path} ends with {status}, which its first line does not say (`// exits: …`)"
    );
    String::from_utf8(printed).with_context(|| format!("what {path} prints is not UTF-8"))
}

/// How a program is meant to end.
#[derive(Debug, PartialEq, Eq)]
enum Exit {
    Code(i32),
    Abort,
}

impl Exit {
    /// What the first line of `source` says; success, if it says nothing.
    fn expected(source: &str) -> Result<Self> {
        let first = source.lines().next().unwrap_or_default();
        match first.strip_prefix("// exits:").map(str::trim) {
            None => Ok(Self::Code(0)),
            Some("abort") => Ok(Self::Abort),
            Some(code) => {
                let code = code.parse().with_context(|| {
                    format!("its first line says {first:?}, which is neither a number nor `abort`")
                })?;
                Ok(Self::Code(code))
            }
        }
    }

    fn is(&self, status: ExitStatus) -> bool {
        match self {
            Self::Code(code) => status.code() == Some(*code),
            // A signal on Unix; elsewhere a code that no program chooses for itself.
            Self::Abort => status.code().is_none_or(|code| !(0..=255).contains(&code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_an_example_of_a_package() {
        assert_eq!(package_of("a/b/examples/c.rs").unwrap(), ("a/b", "c"));
        let twice = "a/examples/examples/c.rs";
        assert_eq!(package_of(twice).unwrap(), ("a/examples", "c"));
        for path in [
            "a/src/c.rs",
            "examples/c.rs",
            "a/examples/c",
            "a/examples/c/main.rs",
        ] {
            assert!(package_of(path).is_err(), "{path}");
        }
    }

    #[test]
    fn the_first_line_says_how_a_program_ends() {
        assert_eq!(Exit::expected("fn main() {}").unwrap(), Exit::Code(0));
        assert_eq!(Exit::expected("// exits: 101\n").unwrap(), Exit::Code(101));
        assert_eq!(Exit::expected("// exits: abort\n").unwrap(), Exit::Abort);
        assert!(Exit::expected("// exits: badly\n").is_err());
    }
}
