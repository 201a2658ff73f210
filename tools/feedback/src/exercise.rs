//! The exercises, and how their solutions are tested in a copy.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use patches::{Patch, Sources};

use crate::copy::Copy;
use crate::verdict::Verdict;

pub(crate) struct Exercise {
    /// `spin_lock`
    pub(crate) name: String,
    /// `02_mutex_guards/01_spin_lock`, in `exercises/` and in `solutions/`.
    path: PathBuf,
}

/// All of them, in the book's order.
pub(crate) fn all(root: &Path) -> Result<Vec<Exercise>> {
    let exercises = root.join("exercises");
    let mut all = Vec::new();
    for chapter in folders(&exercises)? {
        for path in folders(&exercises.join(&chapter))? {
            if let Some((_number, name)) = path.split_once('_') {
                all.push(Exercise {
                    name: name.into(),
                    path: Path::new(&chapter).join(&path),
                });
            }
        }
    }
    Ok(all)
}

/// The folders in a folder, by name.
fn folders(dir: &Path) -> Result<Vec<String>> {
    let mut folders = Vec::new();
    let entries = dir
        .read_dir()
        .with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    folders.sort();
    Ok(folders)
}

impl Exercise {
    /// Its solution: the same tests as the learner's package, and the same crates. A contributor who has
    /// not solved the exercise can time it all the same.
    pub(crate) fn package(&self) -> String {
        format!("{}_solution", self.name)
    }

    /// Builds its tests, and all that they need.
    pub(crate) fn build(&self, copy: &Copy) -> Result<()> {
        copy.cargo(&["test", "--locked", "--no-run", "-p", &self.package()])
    }

    /// Nothing of it is built. What it depends on is, once anything that needs it has been built.
    pub(crate) fn first_time(&self, copy: &Copy) -> Result<Verdict> {
        copy.cargo(&["clean", "--locked", "-p", &self.package()])?;
        Verdict::on(copy, &self.package())
    }

    /// A mistake has just been mended: one of the known wrong solutions was built, and the right one is put in its
    /// place.
    pub(crate) fn after_an_edit(&self, copy: &Copy) -> Result<Verdict> {
        let folder = copy.root().join("solutions").join(&self.path);
        let src = folder.join("src");
        let right = Sources::read(&src).context("cannot read the solution")?;
        let wrong = with_a_mistake(&right, &folder.join("pitfalls"))?;
        write_what_differs(&src, &wrong, &right)?;
        self.build(copy)?;
        write_what_differs(&src, &right, &wrong)?;
        Verdict::on(copy, &self.package())
    }
}

/// The first wrong solution, by name.
fn with_a_mistake(right: &Sources, pitfalls: &Path) -> Result<Sources> {
    let entries = pitfalls
        .read_dir()
        .with_context(|| format!("cannot list {}", pitfalls.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    let first = files
        .first()
        .with_context(|| format!("{} is empty", pitfalls.display()))?;
    let text =
        fs::read_to_string(first).with_context(|| format!("cannot read {}", first.display()))?;
    let wrong = Patch::parse(&text).and_then(|patch| patch.difference().apply(right));
    wrong.with_context(|| format!("cannot apply {}", first.display()))
}

/// Writes the files of `now` that are not as they are in `before`. Cargo goes by their dates.
fn write_what_differs(src: &Path, now: &Sources, before: &Sources) -> Result<()> {
    for (name, text) in now.iter() {
        if before.get(name) != Some(text) {
            let path = src.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exercises_are_found_by_their_folders() {
        let root = bench_kit::repository().expect("cargo starts the tests");
        let all = all(&root).expect("they are there");
        let spin_lock = all.iter().find(|exercise| exercise.name == "spin_lock");
        let path = &spin_lock.expect("it is there").path;
        assert_eq!(path, Path::new("02_mutex_guards/01_spin_lock"));
        assert!(
            root.join("solutions")
                .join(path)
                .join("src/spin_lock.rs")
                .is_file()
        );
    }

    #[test]
    fn a_mistake_is_made_and_mended() {
        let root = bench_kit::repository().expect("cargo starts the tests");
        let solution = root.join("solutions/02_mutex_guards/01_spin_lock");
        let right = Sources::read(&solution.join("src")).expect("it can be read");
        let wrong = with_a_mistake(&right, &solution.join("pitfalls")).expect("it applies");
        assert_ne!(right, wrong);
        let src = tempfile::tempdir().expect("a folder");
        write_what_differs(src.path(), &right, &Sources::default()).expect("written");
        write_what_differs(src.path(), &wrong, &right).expect("written");
        let read = || Sources::read(src.path()).expect("it can be read");
        assert_eq!(read(), wrong);
        write_what_differs(src.path(), &right, &wrong).expect("written");
        assert_eq!(read(), right);
    }
}
