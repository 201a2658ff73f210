//! What can be seen without compiling anything.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use patches::Sources;

use super::drift;
use super::hints;
use super::proof::Row;
use crate::catalogue::{Exercise, Workbook, read};

/// What gives each test a verdict of its own.
const EACH_TEST: &str = "lanes::each_test!();";

/// Looks at an exercise's files, and notes in `row` what is wrong with them.
pub(super) fn examine(
    workbook: &Workbook,
    exercise: &Exercise,
    starter: Option<&Sources>,
    row: &mut Row,
) {
    let mut look = Look { workbook, row };
    look.layout(exercise);
    look.drift(exercise, starter);
    look.siblings(exercise);
    look.manifest(exercise);
    look.hints(exercise);
}

struct Look<'a> {
    workbook: &'a Workbook,
    row: &'a mut Row,
}

impl Look<'_> {
    fn problem(&mut self, path: &Path, what: impl Into<String>, todo: impl Into<String>) {
        self.row.problem(self.workbook.relative(path), what, todo);
    }

    /// The text of a file, or a problem.
    fn text(&mut self, path: &Path) -> Option<String> {
        match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) => {
                self.problem(
                    path,
                    format!("cannot be read: {error}"),
                    "is it there, and is it UTF-8?",
                );
                None
            }
        }
    }

    /// Whoever knows the package knows the folder.
    fn layout(&mut self, exercise: &Exercise) {
        let folder = exercise.folder();
        let wanted = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let wanted = wanted.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        if wanted != exercise.name {
            self.problem(
                &folder.join("Cargo.toml"),
                format!(
                    "the package is called `{}`, and its folder `{wanted}`",
                    exercise.name
                ),
                "give both the same name",
            );
        }
        let tests = folder.join("tests/tiers/main.rs");
        if !tests.is_file() {
            self.problem(&tests, "is missing", "write the exercise's tests there");
        } else if read(&tests).is_ok_and(|text| !text.lines().any(|line| line == EACH_TEST)) {
            self.problem(
                &tests,
                format!(
                    "has no line `{EACH_TEST}`: code that exits or hangs takes all verdicts along"
                ),
                "put it below the modules",
            );
        }
    }

    fn drift(&mut self, exercise: &Exercise, starter: Option<&Sources>) {
        let solution = exercise.solution_source();
        let Some(starter) = starter.and_then(|starter| starter.get(&exercise.file())) else {
            return;
        };
        let Some(text) = self.text(&solution) else {
            return;
        };
        match drift::between(starter, &text, &exercise.mend) {
            Ok(None) => {}
            Ok(Some(diff)) => self.problem(
                &solution,
                format!("has drifted from its starter:\n{diff}"),
                "change the one that is wrong; only bodies with a `todo!`, those that `mend` names, imports and private helpers may differ",
            ),
            Err(error) => self.problem(&solution, error, "make it parse"),
        }
    }

    /// Every source file beside the one to be filled in is the same on both sides.
    fn siblings(&mut self, exercise: &Exercise) {
        let (ours, theirs) = (
            exercise.folder().join("src"),
            exercise.solution().join("src"),
        );
        let mut names = BTreeSet::new();
        below(&ours, Path::new(""), &mut names);
        below(&theirs, Path::new(""), &mut names);
        for name in names {
            if name == Path::new(&exercise.file()) {
                continue;
            }
            let (ours, theirs) = (ours.join(&name), theirs.join(&name));
            if fs::read(&ours).ok() != fs::read(&theirs).ok() {
                self.problem(
                    &ours,
                    format!("is not the same as {}", self.workbook.relative(&theirs)),
                    "copy the right one over the other",
                );
            }
        }
    }

    /// The mirror gives the solution its library name and its tests. Plain `cargo test` has only the
    /// manifest to go by.
    fn manifest(&mut self, exercise: &Exercise) {
        let path = exercise.solution().join("Cargo.toml");
        let Some(text) = self.text(&path) else { return };
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return self.problem(&path, format!("is not TOML:\n{error}"), "mend it"),
        };
        let library = table.get("lib").and_then(|lib| lib.get("name")?.as_str());
        if library != Some(&exercise.name) {
            self.problem(
                &path,
                format!("its library is called `{}`", library.unwrap_or("(nothing)")),
                format!(
                    "`[lib] name = \"{}\"`: one test file serves both",
                    exercise.name
                ),
            );
        }
        let tests = exercise.folder().join("tests/tiers/main.rs");
        let points_there = table
            .get("test")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .filter(|test| test.get("name").and_then(toml::Value::as_str) == Some("tiers"))
            .filter_map(|test| test.get("path")?.as_str())
            .any(|path| {
                let path = exercise.solution().join(path);
                matches!((path.canonicalize(), tests.canonicalize()), (Ok(a), Ok(b)) if a == b)
            });
        if !points_there {
            self.problem(
                &path,
                format!(
                    "its `[[test]] name = \"tiers\"` is not {}",
                    self.workbook.relative(&tests)
                ),
                "point its `path` there: tests exist once, in the exercise",
            );
        }
    }

    fn hints(&mut self, exercise: &Exercise) {
        let path = exercise.hints();
        match read(&path).map(|text| hints::parse(&text)) {
            Ok(Ok(_)) => {}
            Ok(Err(what)) => self.problem(&path, what, "write the three tiers"),
            Err(_) => self.problem(
                &path,
                "is missing, or not UTF-8",
                format!("write it, with the sections {:?}", hints::HEADINGS),
            ),
        }
    }
}

/// The names of all files below `folder`.
fn below(folder: &Path, name: &Path, names: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let name = name.join(entry.file_name());
        if entry.path().is_dir() {
            below(&entry.path(), &name, names);
        } else {
            names.insert(name);
        }
    }
}
