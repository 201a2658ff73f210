//! Which chapters and exercises there are, and where their files lie.
//!
//! The folders are the table of contents: `exercises/02_mutex_guards/01_spin_lock` is the first exercise
//! of the second chapter, its package is `spin_lock`, its solution lies under the same path in
//! `solutions/`. Title and minutes stand in the exercise's own `Cargo.toml`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use patches::{Patch, Sources, Starter};
use serde::Deserialize;

use crate::failure::Failure;
use crate::prose::nearest;

/// A checkout of the workbook.
pub(crate) struct Workbook {
    pub(crate) root: PathBuf,
    pub(crate) chapters: Vec<Chapter>,
}

pub(crate) struct Chapter {
    /// `02_mutex_guards`
    pub(crate) folder: String,
    pub(crate) exercises: Vec<Exercise>,
}

#[derive(Clone)]
pub(crate) struct Exercise {
    /// `spin_lock`: the package, the library and the file to be filled in.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) minutes: u32,
    /// Tests that pass before the first line is written.
    pub(crate) given: Vec<String>,
    /// Functions whose bodies the starter has, and has wrong: they are to be mended.
    pub(crate) mend: Vec<String>,
    /// What it was called before it was renamed.
    pub(crate) formerly: Vec<String>,
    /// `02_mutex_guards/01_spin_lock`, in `exercises/` and in `solutions/`.
    pub(crate) path: PathBuf,
    root: PathBuf,
}

/// A cargo package: what it is called, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

impl Workbook {
    /// The workbook that the current directory lies in.
    pub(crate) fn around_here() -> Result<Self, Failure> {
        let here = std::env::current_dir().map_err(|error| {
            Failure::blocked(
                format!("cannot tell which directory this is: {error}"),
                "change to the workbook's directory",
            )
        })?;
        let root = here.ancestors().find(|dir| is_root(dir)).ok_or_else(|| {
            Failure::blocked(
                format!(
                    "{} is not inside the workbook: neither it nor a directory above it has \
                     a workspace `Cargo.toml` next to `exercises/`",
                    here.display()
                ),
                "change to the directory that you cloned the workbook into",
            )
        })?;
        Self::at(root)
    }

    pub(crate) fn at(root: &Path) -> Result<Self, Failure> {
        let mut chapters = Vec::new();
        for folder in numbered_folders(&root.join("exercises"))? {
            let mut exercises = Vec::new();
            for exercise in numbered_folders(&root.join("exercises").join(&folder))? {
                let path = Path::new(&folder).join(exercise);
                if root
                    .join("exercises")
                    .join(&path)
                    .join("Cargo.toml")
                    .is_file()
                {
                    exercises.push(Exercise::load(root, path)?);
                }
            }
            if !exercises.is_empty() {
                chapters.push(Chapter { folder, exercises });
            }
        }
        Ok(Self {
            root: root.to_owned(),
            chapters,
        })
    }

    pub(crate) fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.chapters.iter().flat_map(|chapter| &chapter.exercises)
    }

    /// The exercise called `name`, or the one that a file of this path belongs to, as an editor names it; a near miss is
    /// suggested.
    pub(crate) fn exercise(&self, name: &str) -> Result<&Exercise, Failure> {
        if let Some(exercise) = self.exercise_of(Path::new(name)) {
            return Ok(exercise);
        }
        let once_called =
            |exercise: &&Exercise| exercise.formerly.iter().any(|former| former == name);
        self.exercises()
            .find(|exercise| exercise.name == name)
            .or_else(|| self.exercises().find(once_called))
            .ok_or_else(|| {
                let names = self.exercises().map(|exercise| exercise.name.as_str());
                let todo = match nearest(name, names) {
                    Some(nearest) => {
                        format!("did you mean `{nearest}`? `cargo workbook list` shows them all")
                    }
                    None => "`cargo workbook list` shows them all".to_owned(),
                };
                Failure::usage(format!("there is no exercise called `{name}`"), todo)
            })
    }

    /// The exercise that has `path` in its folder, or in its solution's.
    fn exercise_of(&self, path: &Path) -> Option<&Exercise> {
        // A name alone is no path, whatever lies in the current folder.
        path.components().nth(1)?;
        let path = std::path::absolute(path).ok()?;
        let (path, root) = (
            path.canonicalize().unwrap_or(path),
            self.root.canonicalize().ok()?,
        );
        let below = path.strip_prefix(root).ok()?;
        let below = ["exercises", "solutions"]
            .iter()
            .find_map(|part| below.strip_prefix(part).ok())?;
        self.exercises()
            .find(|exercise| below.starts_with(&exercise.path))
    }

    /// The packages below `solutions/` that have examples, in order: solutions of exercises, and packages
    /// that only hold examples for a page.
    pub(crate) fn packages_with_examples(&self) -> Result<Vec<Package>, Failure> {
        let mut packages = Vec::new();
        let solutions = self.root.join("solutions");
        for chapter in folders(&solutions) {
            for folder in folders(&chapter) {
                let manifest = folder.join("Cargo.toml");
                if manifest.is_file() && folder.join("examples").is_dir() {
                    let name = package_name(&manifest)?;
                    packages.push(Package { name, folder });
                }
            }
        }
        Ok(packages)
    }

    /// `path` from the workbook's root, with forward slashes: as it is shown.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.display().to_string().replace('\\', "/")
    }
}

impl Exercise {
    fn load(root: &Path, path: PathBuf) -> Result<Self, Failure> {
        let file = root.join("exercises").join(&path).join("Cargo.toml");
        let text = read(&file)?;
        let manifest: Manifest = toml::from_str(&text).map_err(|error| {
            Failure::blocked(
                format!(
                    "{} is not the manifest of an exercise:\n{error}",
                    file.display()
                ),
                "mend it; `git diff` shows what changed in it",
            )
        })?;
        let Settings {
            title,
            minutes_to_solve,
            given,
            mend,
            formerly,
        } = manifest.package.metadata.workbook;
        Ok(Self {
            name: manifest.package.name,
            title,
            minutes: minutes_to_solve,
            given,
            mend,
            formerly,
            path,
            root: root.to_owned(),
        })
    }

    /// `exercises/02_mutex_guards/01_spin_lock`
    pub(crate) fn folder(&self) -> PathBuf {
        self.root.join("exercises").join(&self.path)
    }

    /// `solutions/02_mutex_guards/01_spin_lock`
    pub(crate) fn solution(&self) -> PathBuf {
        self.root.join("solutions").join(&self.path)
    }

    /// The name of the file that the learner fills in.
    pub(crate) fn file(&self) -> String {
        format!("{}.rs", self.name)
    }

    /// The file that the learner fills in.
    pub(crate) fn source(&self) -> PathBuf {
        self.folder().join("src").join(self.file())
    }

    /// Our solution of it.
    pub(crate) fn solution_source(&self) -> PathBuf {
        self.solution().join("src").join(self.file())
    }

    /// How to come to what that file was before the learner came, from the solution.
    pub(crate) fn starter(&self) -> PathBuf {
        self.solution().join("starter.patch")
    }

    /// The files of the exercise, as they are now.
    pub(crate) fn sources(&self) -> Result<Sources, Failure> {
        sources(&self.folder().join("src"))
    }

    /// The files of the solution.
    pub(crate) fn solution_sources(&self) -> Result<Sources, Failure> {
        sources(&self.solution().join("src"))
    }

    /// The files of the exercise, as they were before the learner came.
    pub(crate) fn starter_sources(&self) -> Result<Sources, Failure> {
        let path = self.starter();
        let text = read(&path)?;
        let solution = self.solution_sources()?;
        Patch::parse(&text)
            .and_then(Starter::of)
            .and_then(|starter| starter.from_solution(&solution))
            .map_err(|error| {
                Failure::blocked(
                    format!("{}, {error}", path.display()),
                    "take solution and patch from git again, or let `cargo workbook verify --record` write it",
                )
            })
    }

    /// The solution as it was when the starter was last recorded, whatever stands in its place now.
    pub(crate) fn recorded_solution(&self) -> Result<Sources, Failure> {
        let text = read(&self.starter())?;
        let starter = self.sources()?;
        Patch::parse(&text)
            .and_then(Starter::of)
            .and_then(|recorded| recorded.to_solution(&starter))
            .map_err(|_| {
                Failure::blocked(
                    format!(
                        "{} is not the starter, so what the solution was cannot be told; nothing was changed",
                        self.source().display()
                    ),
                    format!("`cargo workbook reset {}` (it keeps a copy), and try again", self.name),
                )
            })
    }

    /// Its wrong solutions, or its right ones of another kind: `pitfalls`, `alternatives`.
    pub(crate) fn differences(&self, kind: &str) -> PathBuf {
        self.solution().join(kind)
    }

    pub(crate) fn hints(&self) -> PathBuf {
        self.folder().join("hints.md")
    }

    /// How far the learner has come, as far as a glance can tell.
    pub(crate) fn state(&self) -> State {
        let (Ok(source), Ok(starter)) = (fs::read(self.source()), self.starter_sources()) else {
            return State::Unknown;
        };
        // Bytes, not text: a file that an editor left half-written has been begun, too.
        let starter = starter.get(&self.file()).map(String::as_bytes);
        if Some(source.as_slice()) == starter {
            State::Untouched
        } else if source.windows(5).any(|bytes| bytes == b"todo!") {
            State::Begun
        } else {
            State::Written
        }
    }
}

/// What a glance at the source tells. Only `check` tells whether it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The starter.
    Untouched,
    /// Changed, and a `todo!` is left.
    Begun,
    /// Changed, and no `todo!` is left.
    Written,
    /// The source or its starter cannot be read.
    Unknown,
}

/// The name in a manifest's `[package]`.
fn package_name(manifest: &Path) -> Result<String, Failure> {
    let table: toml::Table = read(manifest)?.parse().map_err(|error| {
        Failure::blocked(
            format!("{} is not a manifest:\n{error}", manifest.display()),
            "mend it; `git diff` shows what changed in it",
        )
    })?;
    let name = table
        .get("package")
        .and_then(|package| package.get("name")?.as_str());
    name.map(str::to_owned).ok_or_else(|| {
        Failure::blocked(
            format!("{} names no package", manifest.display()),
            "give it a `[package]` with a `name`",
        )
    })
}

#[derive(Deserialize)]
struct Manifest {
    package: Section,
}

#[derive(Deserialize)]
struct Section {
    name: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    workbook: Settings,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Settings {
    title: String,
    minutes_to_solve: u32,
    #[serde(default)]
    given: Vec<String>,
    #[serde(default)]
    mend: Vec<String>,
    #[serde(default)]
    formerly: Vec<String>,
}

/// A workspace with exercises in it. Reads no more than it must: a manifest that is broken elsewhere is
/// for cargo to complain about.
fn is_root(dir: &Path) -> bool {
    dir.join("exercises").is_dir()
        && fs::read_to_string(dir.join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

/// The folders in `dir` whose names begin with a digit, in order.
fn numbered_folders(dir: &Path) -> Result<Vec<String>, Failure> {
    let list = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(|c: char| c.is_ascii_digit()) && entry.path().is_dir() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    };
    list().map_err(|error| Failure::io("list", dir, &error))
}

/// The folders in `folder`, in order. None at all if there is no such folder.
pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn sources(folder: &Path) -> Result<Sources, Failure> {
    Sources::read(folder).map_err(|error| Failure::io("read", folder, &error))
}

/// The text of a file; one that is not UTF-8 is named as such.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))
}
