//! What a new exercise begins with: the files in `templates/`, a small example that works.
//!
//! They are real code and real prose, in which a few names stand for those of the new exercise.

use std::path::{Path, PathBuf};

use patches::{Sources, Starter};

/// What the new exercise is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    /// `02_mutex_guards`
    pub(crate) chapter: String,
    /// `03_poison_mutex`
    pub(crate) exercise: String,
    /// `poison_mutex`
    pub(crate) name: String,
}

impl Names {
    /// `02_mutex_guards/03_poison_mutex`
    pub(crate) fn path(&self) -> PathBuf {
        Path::new(&self.chapter).join(&self.exercise)
    }

    /// Where its page lies, from the workbook's root.
    pub(crate) fn page(&self) -> PathBuf {
        let pages = Path::new("book/src").join(&self.chapter);
        pages.join(format!("{}.md", self.exercise))
    }

    /// A title, until its author finds a better one: `Poison mutex`.
    pub(crate) fn title(&self) -> String {
        let words = self.name.replace('_', " ");
        let first = words.chars().next().map(|letter| letter.to_uppercase());
        let rest = words.chars().skip(1);
        first.into_iter().flatten().chain(rest).collect()
    }

    /// `text` with these names in place of those that stand for them.
    fn fill(&self, text: &str) -> String {
        text.replace("exercise_name", &self.name)
            .replace("chapter_folder", &self.chapter)
            .replace("exercise_folder", &self.exercise)
            .replace("Exercise title", &self.title())
    }
}

/// Every file of the new exercise, its path from the workbook's root, and its text.
pub(crate) fn files(names: &Names) -> Vec<(PathBuf, String)> {
    let below =
        |folder: &str, file: &str| Path::new(folder).join(names.path()).join(names.fill(file));
    let exercise = EXERCISE.map(|(file, text)| (below("exercises", file), text));
    let solution = SOLUTION.map(|(file, text)| (below("solutions", file), text));
    let page = (names.page(), include_str!("../templates/page.md"));
    let mut files: Vec<(PathBuf, String)> = exercise
        .into_iter()
        .chain(solution)
        .chain([page])
        .map(|(path, text)| (path, names.fill(text)))
        .collect();
    let starter = Starter::between(&sources(&files, "solutions"), &sources(&files, "exercises"))
        .expect("the starter leaves something open");
    let path = Path::new("solutions").join(names.path());
    files.push((path.join("starter.patch"), starter.to_string()));
    files
}

/// Those of `files` that lie in the `src/` of the exercise, or of the solution.
fn sources(files: &[(PathBuf, String)], below: &str) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in files {
        let folder = path
            .parent()
            .filter(|it| it.starts_with(below) && it.ends_with("src"));
        if let (Some(_), Some(name)) = (folder, path.file_name()) {
            sources.insert(name.display().to_string(), text.clone());
        }
    }
    sources
}

/// The files of `exercises/CHAPTER/EXERCISE`. The learner's file is the starter.
const EXERCISE: [(&str, &str); 8] = [
    (
        "Cargo.toml",
        include_str!("../templates/exercise/Cargo.toml"),
    ),
    ("hints.md", include_str!("../templates/exercise/hints.md")),
    (
        "src/lib.rs",
        include_str!("../templates/exercise/src/lib.rs"),
    ),
    (
        "src/exercise_name.rs",
        include_str!("../templates/exercise/src/exercise_name.rs"),
    ),
    (
        "tests/tiers/main.rs",
        include_str!("../templates/exercise/tests/tiers/main.rs"),
    ),
    (
        "tests/tiers/behaviour.rs",
        include_str!("../templates/exercise/tests/tiers/behaviour.rs"),
    ),
    (
        "tests/tiers/stress.rs",
        include_str!("../templates/exercise/tests/tiers/stress.rs"),
    ),
    (
        "tests/tiers/models.rs",
        include_str!("../templates/exercise/tests/tiers/models.rs"),
    ),
];

/// The files of `solutions/CHAPTER/EXERCISE`. Its `lib.rs` is the exercise's.
const SOLUTION: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        include_str!("../templates/solution/Cargo.toml"),
    ),
    (
        "src/lib.rs",
        include_str!("../templates/exercise/src/lib.rs"),
    ),
    (
        "src/exercise_name.rs",
        include_str!("../templates/solution/src/exercise_name.rs"),
    ),
    (
        "pitfalls/lost_update.patch",
        include_str!("../templates/solution/pitfalls/lost_update.patch"),
    ),
    (
        "alternatives/compare_exchange.patch",
        include_str!("../templates/solution/alternatives/compare_exchange.patch"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            chapter: "02_mutex_guards".to_owned(),
            exercise: "03_poison_mutex".to_owned(),
            name: "poison_mutex".to_owned(),
        }
    }

    #[test]
    fn a_title_is_made_of_the_name() {
        assert_eq!(names().title(), "Poison mutex");
    }

    #[test]
    fn no_name_is_left_that_stands_for_another() {
        for (path, text) in files(&names()) {
            let all = format!("{}\n{text}", path.display());
            for placeholder in [
                "exercise_name",
                "chapter_folder",
                "exercise_folder",
                "Exercise title",
            ] {
                assert!(!all.contains(placeholder), "{placeholder} in {all}");
            }
        }
    }
}
