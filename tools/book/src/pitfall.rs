//! A known wrong solution: the solution, and a difference from it.

use anyhow::{Context, Result, anyhow, ensure};
use patches::{Difference, Patch, Sources};

use crate::repository::{Repository, excerpt};

/// A wrong solution that applies to its solution.
pub(crate) struct Pitfall {
    /// From the repository root.
    pub(crate) path: String,
    /// What is wrong, as a sentence.
    pub(crate) title: String,
    /// What is to be learnt, as a sentence.
    pub(crate) lesson: String,
    pub(crate) difference: Difference,
    /// The files below `src/` as they are when it runs.
    pub(crate) sources: Sources,
}

impl Pitfall {
    /// The pitfall that `name`, `EXERCISE/PITFALL`, says.
    pub(crate) fn named(name: &str, repository: &Repository) -> Result<Self> {
        let (exercise, pitfall) = name
            .split_once('/')
            .with_context(|| format!("{name:?} is not EXERCISE/PITFALL"))?;
        let folder = repository.package("exercises", exercise)?;
        let solution = folder.replacen("exercises", "solutions", 1);
        Self::read(&format!("{solution}/pitfalls/{pitfall}.patch"), repository)
    }

    /// The pitfall at `path`.
    pub(crate) fn read(path: &str, repository: &Repository) -> Result<Self> {
        let (solution, _) = path
            .rsplit_once("/pitfalls/")
            .with_context(|| format!("{path:?} is not SOLUTION/pitfalls/NAME.patch"))?;
        let said = |error: patches::Error| anyhow!("{path}, {error}");
        let patch = Patch::parse(&repository.read(path)?).map_err(said)?;
        let patches::Pitfall { title, lesson, .. } = patches::Pitfall::of(&patch).map_err(said)?;
        let solution = Sources::read(&repository.locate(&format!("{solution}/src"))?)?;
        let sources = patch.difference().apply(&solution).map_err(said)?;
        Ok(Self {
            path: path.to_owned(),
            title,
            lesson,
            difference: patch.difference().clone(),
            sources,
        })
    }

    /// What the wrong solution has between the marks of `anchor`; all of its one file without.
    pub(crate) fn excerpt(&self, anchor: Option<&str>) -> Result<String> {
        let files: Vec<&str> = self.difference.files().collect();
        ensure!(
            anchor.is_some() || files.len() == 1,
            "{} changes {} files: say which anchor is to be shown",
            self.path,
            files.len()
        );
        let mut excerpts = files
            .iter()
            .map(|&file| excerpt(&self.sources[file], anchor));
        let first = excerpts.next().expect("a difference changes a file");
        excerpts
            .fold(first, |found, next| found.or(next))
            .with_context(|| self.path.clone())
    }
}
