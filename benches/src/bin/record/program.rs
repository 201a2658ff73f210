//! The programs that are run: built before anything is measured, and known by what is in them.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::file::fingerprint;

#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// Changes with the program, and with what it reads or compiles when it runs.
    pub(crate) fingerprint: String,
}

/// Builds targets of this package as `cargo bench` (`kind` is `bench`) or `cargo run --release` (`bin`) would, and
/// says where each is.
pub(crate) fn build(kind: &str, names: &[&str]) -> Result<HashMap<String, PathBuf>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    match kind {
        "bench" => command.args(["bench", "--no-run"]),
        _ => command.args(["build", "--release"]),
    };
    command.args(["--package", "benches", "--message-format"]);
    command.arg("json-render-diagnostics");
    for name in names {
        command.arg(format!("--{kind}")).arg(name);
    }
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let messages = child.stdout.take().context("its output is piped")?;
    let found = executables(BufReader::new(messages), kind)?;
    let status = child.wait().context("cannot wait for cargo")?;
    if !status.success() {
        bail!("a benchmark does not compile ({status}); what cargo says is above");
    }
    for name in names {
        if !found.contains_key(*name) {
            bail!("cargo built the {kind} {name} and does not say where it is");
        }
    }
    Ok(found)
}

/// Reads what cargo tells programs: a message on each line.
fn executables(messages: impl BufRead, kind: &str) -> Result<HashMap<String, PathBuf>> {
    #[derive(Deserialize)]
    struct Message {
        target: Option<Target>,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    let mut found = HashMap::new();
    for line in messages.lines() {
        let line = line.context("cannot read what cargo says")?;
        let message: Message =
            serde_json::from_str(&line).with_context(|| format!("cargo says {line:?}"))?;
        if let Some(Target { name, kind: kinds }) = message.target
            && let Some(path) = message.executable
            && kinds.iter().any(|it| it == kind)
        {
            found.insert(name, path);
        }
    }
    Ok(found)
}

impl Program {
    /// A chapter's benchmark. It may compile rounds in other languages, which lie somewhere in `package`.
    pub(crate) fn chapter(path: PathBuf, package: &Path) -> Result<Self> {
        let mut read = files(package)?;
        // Rust is in the program already. That of another chapter's benchmark does not matter.
        read.retain(|path| path.extension().is_none_or(|extension| extension != "rs"));
        Self::with(path, read)
    }

    /// A step's program, which reads these folders.
    pub(crate) fn step(path: PathBuf, folders: impl IntoIterator<Item = PathBuf>) -> Result<Self> {
        let mut read = Vec::new();
        for folder in folders {
            read.extend(files(&folder)?);
        }
        Self::with(path, read)
    }

    fn with(path: PathBuf, read: Vec<PathBuf>) -> Result<Self> {
        let fingerprint = fingerprint([path.clone()].into_iter().chain(read))?;
        Ok(Self { path, fingerprint })
    }
}

/// All files in a folder and the folders in it, in an order that does not change.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = folder
        .read_dir()
        .with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn cargo_says_where_a_benchmark_is() {
        let lines = [
            r#"{"reason":"compiler-artifact","target":{"name":"benches","kind":["lib"]},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"name":"record","kind":["bin"]},"executable":"/t/record"}"#,
            r#"{"reason":"compiler-artifact","target":{"name":"03","kind":["bench"]},"executable":"/t/03-1f"}"#,
            r#"{"reason":"build-finished","success":true}"#,
        ];
        let found = executables(lines.join("\n").as_bytes(), "bench").expect("it is said");
        assert_eq!(found, HashMap::from([("03".into(), "/t/03-1f".into())]));
    }

    #[test]
    fn a_program_is_another_one_when_what_it_compiles_has_changed() {
        let dir = tempfile::tempdir().expect("a directory");
        let program = dir.path().join("program");
        let package = dir.path().join("package");
        fs::create_dir_all(package.join("go")).expect("a directory");
        fs::write(&program, "elf").expect("written");
        fs::write(package.join("go/main.go"), "one").expect("written");
        fs::write(package.join("lib.rs"), "one").expect("written");
        let fingerprint = || {
            let program = Program::chapter(program.clone(), &package);
            program.expect("all files are there").fingerprint
        };
        let before = fingerprint();
        fs::write(package.join("lib.rs"), "two").expect("written");
        assert_eq!(before, fingerprint(), "the program itself is the same");
        fs::write(package.join("go/main.go"), "two").expect("written");
        let other = fingerprint();
        assert_ne!(before, other, "its Go is not");
        fs::write(&program, "fle").expect("written");
        assert_ne!(other, fingerprint(), "and now it is itself another");
    }
}
