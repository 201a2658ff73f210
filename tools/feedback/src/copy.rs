//! A copy of the workbook to work in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// What a learner's environment does not have set, and yours may. It would change what is timed.
const NOT_A_LEARNERS: [&str; 6] = [
    "CARGO_BUILD_JOBS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "RUST_BACKTRACE",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
];

/// A copy of everything but what was built. It goes when it is dropped, with all that was built in it.
pub(crate) struct Copy {
    dir: TempDir,
}

/// How a cargo command ended.
pub(crate) struct Ended {
    command: String,
    output: Output,
}

impl Ended {
    /// An error with all that it printed, if it failed.
    pub(crate) fn expect_success(&self) -> Result<()> {
        let Output {
            status,
            stdout,
            stderr,
        } = &self.output;
        let printed = [stdout.as_slice(), stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        ensure!(
            status.success(),
            "`{}` failed ({status}):\n{}",
            self.command,
            printed.trim()
        );
        Ok(())
    }
}

impl Copy {
    pub(crate) fn of(root: &Path) -> Result<Self> {
        // On the disk that a learner's target folder is on, and not in a temporary folder that may be memory.
        let target = root.join("target");
        fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
        let dir = tempfile::Builder::new()
            .prefix("feedback-")
            .tempdir_in(&target)
            .with_context(|| format!("cannot make a folder in {}", target.display()))?;
        let copy = Self { dir };
        copy_folder(root, &copy.root())
            .with_context(|| format!("cannot copy the workbook to {}", copy.root().display()))?;
        Ok(copy)
    }

    /// Where the copied workbook is.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("workbook")
    }

    /// Where models may leave their reports; always a new folder.
    pub(crate) fn reports(&self) -> Result<PathBuf> {
        let reports =
            tempfile::tempdir_in(&self.dir).context("cannot make a folder for reports")?;
        Ok(reports.keep())
    }

    /// Cargo, to be run in the copy.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut cargo = bench_kit::cargo::cargo();
        cargo.args(arguments).current_dir(self.root());
        for variable in NOT_A_LEARNERS {
            cargo.env_remove(variable);
        }
        cargo
    }

    /// Runs cargo in the copy, and fails if it does.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<()> {
        run(self.command(arguments))?.expect_success()
    }
}

/// Runs it to its end.
pub(crate) fn run(mut command: Command) -> Result<Ended> {
    let output = command.output().context("cannot run cargo")?;
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy());
    let command = std::iter::once("cargo".into()).chain(arguments);
    let command = command.collect::<Vec<_>>().join(" ");
    Ok(Ended { command, output })
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let is_built = name == "target" || name == "node_modules";
        if kind.is_dir() && !is_built && name != ".git" {
            copy_folder(&entry.path(), &to.join(&name))?;
        } else if kind.is_file() {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_is_not_copied() {
        let (from, to) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        for file in [
            "Cargo.toml",
            "src/lib.rs",
            "target/debug/big",
            "tools/node_modules/big",
            ".git/HEAD",
        ] {
            let path = from.path().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, "").expect("it can be written");
        }
        copy_folder(from.path(), to.path()).expect("it can be copied");
        assert!(to.path().join("src/lib.rs").is_file());
        for built in ["target", "tools/node_modules", ".git"] {
            assert!(!to.path().join(built).exists(), "{built} was copied");
        }
    }
}
