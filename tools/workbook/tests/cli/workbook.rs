//! A small workbook in a folder of its own, to be broken at will.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const EXERCISE: &str = "exercises/01_first/01_latch";
pub(crate) const SOLUTION: &str = "solutions/01_first/01_latch";

/// A copy of `tests/small`. Its path has a space in it, as many a home folder has.
pub(crate) struct Workbook {
    pub(crate) root: PathBuf,
    _folder: TempDir,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Workbook {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Cargo says resolved paths; a temporary folder is a link on some systems.
        let root = folder.path().canonicalize().unwrap().join("my workbook");
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/small"),
            &root,
        );
        Self {
            root,
            _folder: folder,
        }
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces `from`, which must be there, by `to`.
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// `cargo workbook ARGUMENTS`, typed in the workbook's root.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Said {
        command(&self.root.join(folder), arguments)
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.read(path)).unwrap()
    }
}

pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Said {
    command_with(folder, arguments, &[])
}

/// As [`command`], with some of the environment set.
pub(crate) fn command_with(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    Said {
        code: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// Where and what of every problem, the first line of it.
pub(crate) fn problems(proof: &Value) -> Vec<(String, String)> {
    let of_row = |row: &Value| {
        let problems = row["problems"].as_array().unwrap().clone();
        problems.into_iter().map(|problem| {
            let what = problem["what"].as_str().unwrap();
            let what = what
                .lines()
                .next()
                .unwrap()
                .split(" (output: ")
                .next()
                .unwrap();
            (
                problem["file"].as_str().unwrap().to_owned(),
                what.to_owned(),
            )
        })
    };
    proof["rows"]
        .as_array()
        .unwrap()
        .iter()
        .chain(proof["packages"].as_array().unwrap())
        .flat_map(of_row)
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
