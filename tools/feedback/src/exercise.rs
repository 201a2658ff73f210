//! The exercises, and how their solutions are tested in a copy.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

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
        let source = folder.join("src").join(&self.name).with_extension("rs");
        let right =
            fs::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
        let wrong = pitfall(&folder.join("pitfalls"))?;
        // Written, not copied: a copy may keep its date, and cargo goes by that.
        fs::write(&source, wrong).with_context(|| format!("cannot write {}", source.display()))?;
        self.build(copy)?;
        fs::write(&source, right).with_context(|| format!("cannot write {}", source.display()))?;
        Verdict::on(copy, &self.package())
    }
}

/// The first wrong solution, by name.
fn pitfall(folder: &Path) -> Result<Vec<u8>> {
    let entries = folder
        .read_dir()
        .with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    let first = files
        .first()
        .with_context(|| format!("{} is empty", folder.display()))?;
    fs::read(first).with_context(|| format!("cannot read {}", first.display()))
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
}
