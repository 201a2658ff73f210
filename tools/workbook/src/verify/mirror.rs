//! The mirror: a generated workspace with a package for everything that stands in for a solution.
//!
//! Starters, solutions, alternatives and pitfalls differ in a few lines. Each becomes a package of its own under
//! `target/verify/mirror/EXERCISE/`, with its own sources, so that one call of cargo compiles them
//! all, side by side, and cargo's own cache decides what is still fresh. The checkout is only read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use patches::Sources;
use toml::{Table, Value};

use crate::cargo::{self, Built, Targets};
use crate::catalogue::{Exercise, Package, Workbook, read};
use crate::failure::Failure;

/// What stands in for the learner's work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Starter,
    Solution,
    Alternative(String),
    Pitfall(String),
}

impl Role {
    /// Its folder in the mirror.
    fn folder(&self) -> String {
        match self {
            Self::Starter => "starter".to_owned(),
            Self::Solution => "solution".to_owned(),
            Self::Alternative(name) => format!("alternative-{name}"),
            Self::Pitfall(name) => format!("pitfall-{name}"),
        }
    }
}

/// A generated workspace, and what to build in it.
pub(crate) struct Mirror<'a> {
    workbook: &'a Workbook,
    folder: PathBuf,
    target: PathBuf,
    packages: Vec<Package>,
}

impl<'a> Mirror<'a> {
    /// Lays the workspace out. Files that are as they should be are left alone, or cargo would take
    /// them for new.
    pub(crate) fn lay_out(
        workbook: &'a Workbook,
        roles: &[(&Exercise, Role, &Sources)],
    ) -> Result<Self, Failure> {
        let target = cargo::target_dir(&workbook.root)?;
        let folder = target.join("verify").join("mirror");
        let mut mirror = Self {
            workbook,
            folder,
            target,
            packages: Vec::new(),
        };
        for (exercise, role, sources) in roles {
            mirror.add(exercise, role, sources)?;
        }
        mirror.write_workspace(roles)?;
        Ok(mirror)
    }

    /// The folder of one package.
    pub(crate) fn package(&self, exercise: &Exercise, role: &Role) -> PathBuf {
        self.folder.join(&exercise.name).join(role.folder())
    }

    /// A folder for what a run leaves behind.
    pub(crate) fn scratch(&self, exercise: &Exercise, role: &Role, test: &str) -> PathBuf {
        self.target
            .join("verify")
            .join("runs")
            .join(&exercise.name)
            .join(role.folder())
            .join(test.replace("::", "."))
    }

    /// Compiles all packages, and says what became of each, by its folder.
    pub(crate) fn build(
        &self,
        on_executable: impl FnMut(usize),
    ) -> Result<HashMap<PathBuf, Built>, Failure> {
        let manifest = self.folder.join("Cargo.toml");
        cargo::build(
            &self.workbook.root,
            &manifest,
            &self.target,
            Targets::Tiers,
            &self.packages,
            on_executable,
        )
    }

    /// The documentation's examples of one package.
    pub(crate) fn doctests(&self, exercise: &Exercise, role: &Role) -> std::process::Command {
        let mut cargo = cargo::command(&self.workbook.root);
        cargo
            .args(["test", "--quiet", "--doc", "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&self.target)
            .args(["--package", &package_name(exercise, role)]);
        cargo
    }

    fn add(&mut self, exercise: &Exercise, role: &Role, sources: &Sources) -> Result<(), Failure> {
        let original = match role {
            Role::Starter => exercise.folder(),
            Role::Solution | Role::Alternative(_) | Role::Pitfall(_) => exercise.solution(),
        };
        let manifest = original.join("Cargo.toml");
        let mut table = parse(&manifest)?;
        adapt_package(&mut table, &original, exercise, role);

        let mut files = BTreeMap::new();
        files.insert(PathBuf::from("Cargo.toml"), table.to_string().into_bytes());
        for (name, text) in sources.iter() {
            let name = Path::new("src").join(name);
            files.insert(name, text.clone().into_bytes());
        }
        collect(
            &exercise.folder().join("tests"),
            Path::new("tests"),
            &mut files,
        )?;
        let folder = self.package(exercise, role);
        write(&folder, &files).map_err(|error| Failure::io("write into", &folder, &error))?;
        self.packages.push(Package {
            name: package_name(exercise, role),
            folder,
        });
        Ok(())
    }

    fn write_workspace(&self, roles: &[(&Exercise, Role, &Sources)]) -> Result<(), Failure> {
        let root = &self.workbook.root;
        let mut table = parse(&root.join("Cargo.toml"))?;
        // What is not named here (a package of its own, say) has no meaning in the mirror.
        table.retain(|key, _| ["workspace", "profile", "patch"].contains(&key));
        // Each of these binaries is run a few times and never debugged: without debug information and
        // incremental state they take half the time to build, and a thirtieth of the space.
        let profile = section(section(&mut table, "profile"), "dev");
        profile.insert("debug".to_owned(), false.into());
        profile.insert("incremental".to_owned(), false.into());
        let members = roles
            .iter()
            .map(|(exercise, role, _)| format!("{}/{}", exercise.name, role.folder()).into())
            .collect();
        if let Some(workspace) = table.get_mut("workspace").and_then(Value::as_table_mut) {
            workspace.remove("default-members");
            workspace.remove("exclude");
            workspace.insert("members".to_owned(), Value::Array(members));
            rebase(workspace.get_mut("dependencies"), root);
        }
        for (_, patches) in table
            .get_mut("patch")
            .and_then(Value::as_table_mut)
            .into_iter()
            .flatten()
        {
            rebase(Some(patches), root);
        }

        let write = |name: &str, bytes: Vec<u8>| {
            let file = self.folder.join(name);
            write_if_changed(&file, &bytes).map_err(|error| Failure::io("write", &file, &error))
        };
        write("Cargo.toml", table.to_string().into_bytes())?;
        // Afresh every time: cargo drops from the mirror's copy what the packages of one run do not
        // need, and the next run must not choose other versions.
        let lock = root.join("Cargo.lock");
        match fs::read(&lock) {
            Ok(bytes) => write("Cargo.lock", bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Failure::io("read", &lock, &error)),
        }
    }
}

fn package_name(exercise: &Exercise, role: &Role) -> String {
    format!("{}-{}", exercise.name, role.folder())
}

fn parse(manifest: &Path) -> Result<Table, Failure> {
    read(manifest)?.parse().map_err(|error| {
        Failure::blocked(
            format!("{} is not a manifest:\n{error}", manifest.display()),
            "mend it; `git diff` shows what changed in it",
        )
    })
}

/// Turns the manifest of an exercise or a solution into one of the mirror's: another package name, the
/// same library name, the exercise's tests, and paths that lead to the same places.
fn adapt_package(table: &mut Table, original: &Path, exercise: &Exercise, role: &Role) {
    let package = section(table, "package");
    package.insert("name".to_owned(), package_name(exercise, role).into());
    for guess in ["autotests", "autobenches", "autoexamples"] {
        package.insert(guess.to_owned(), false.into());
    }
    section(table, "lib").insert("name".to_owned(), exercise.name.clone().into());

    // A build script lays out what the examples need, and there are none here.
    for target in ["bench", "build-dependencies", "example"] {
        table.remove(target);
    }
    let mut tiers = Table::new();
    tiers.insert("name".to_owned(), "tiers".into());
    tiers.insert("path".to_owned(), "tests/tiers/main.rs".into());
    table.insert("test".to_owned(), Value::Array(vec![Value::Table(tiers)]));

    for dependencies in ["dependencies", "dev-dependencies"] {
        rebase(table.get_mut(dependencies), original);
    }
}

/// The table called `name`, empty if there is none (or something else, of which cargo will complain).
fn section<'a>(table: &'a mut Table, name: &str) -> &'a mut Table {
    let section = table.entry(name).or_insert(Value::Boolean(false));
    if !section.is_table() {
        *section = Value::Table(Table::new());
    }
    section.as_table_mut().expect("it has just been made one")
}

/// Makes the `path`s in a table of dependencies absolute; they were relative to `base`.
fn rebase(dependencies: Option<&mut Value>, base: &Path) {
    for (_, dependency) in dependencies
        .and_then(Value::as_table_mut)
        .into_iter()
        .flatten()
    {
        if let Some(Value::String(path)) = dependency.get_mut("path") {
            *path = base.join(&*path).to_string_lossy().into_owned();
        }
    }
}

/// Reads every file below `folder` into `files`, under the name `name`.
fn collect(
    folder: &Path,
    name: &Path,
    files: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::io("list", folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::io("list", folder, &error))?;
        let (path, name) = (entry.path(), name.join(entry.file_name()));
        if path.is_dir() {
            collect(&path, &name, files)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| Failure::io("read", &path, &error))?;
            files.insert(name, bytes);
        }
    }
    Ok(())
}

/// Makes `folder` hold exactly `files`.
fn write(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for (name, bytes) in files {
        write_if_changed(&folder.join(name), bytes)?;
    }
    let wanted: BTreeSet<PathBuf> = files.keys().map(|name| folder.join(name)).collect();
    remove_others(folder, &wanted)
}

fn write_if_changed(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
