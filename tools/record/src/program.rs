//! The programs that are run: built before anything is measured, and known by what is in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::file::fingerprint;

#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// Changes with the program, and with what it reads or compiles when it runs.
    pub(crate) fingerprint: String,
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
