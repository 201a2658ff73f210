//! Rounds in other languages, which stand in a [`Comparison`](crate::Comparison) like all others.

mod c;
mod go;
mod java;
mod running;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tempfile::TempDir;

use running::Running;

/// A chapter's rounds in another language (`benches/LANGUAGE/CHAPTER`): each row asks a running program to do some
/// rounds, and gets the time that they took by the program's own clock.
///
/// So these rows are paired with their baseline in the same run, as the rows in Rust are.
///
/// It is compiled when a row is asked for the first time, and each row runs it on its own. So what a runtime learns from
/// one entry (the branches that are taken, the garbage that is left) does neither help nor harm another.
#[derive(Clone)]
pub struct Elsewhere {
    language: &'static str,
    toolchain: &'static str,
    version: String,
    program: Arc<Lazy>,
}

/// Compiled when it is needed.
type Lazy = LazyLock<Program, Box<dyn FnOnce() -> Program + Send>>;

impl Elsewhere {
    /// The program of a chapter in Go; `None`, and a notice on stderr, where there is no `go`.
    pub fn go(chapter: &str) -> Option<Self> {
        go::find(chapter)
    }

    /// The program of a chapter in Java; `None`, and a notice on stderr, where there is no JDK.
    ///
    /// A row's first answer takes a second: a Java program is interpreted at first and compiled while it runs, so it
    /// warms itself up before it answers.
    pub fn java(chapter: &str) -> Option<Self> {
        java::find(chapter)
    }

    /// The program of a chapter in C; `None`, and a notice on stderr, where there is no compiler for it.
    pub fn c(chapter: &str) -> Option<Self> {
        c::find(chapter)
    }

    fn new(
        language: &'static str,
        toolchain: &'static str,
        version: String,
        build: impl FnOnce() -> Program + Send + 'static,
    ) -> Self {
        Self {
            language,
            toolchain,
            version,
            program: Arc::new(LazyLock::new(Box::new(build))),
        }
    }

    /// What people call the language.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// What it is built with: go, java, gcc.
    pub fn toolchain(&self) -> &'static str {
        self.toolchain
    }

    /// The version of that, such as 1.19.8.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Times the rounds that the program knows as `entry`.
    ///
    /// # Panics
    ///
    /// The function panics if the program cannot be compiled or started, and if it has ended: it does not know the
    /// entry, or its result was wrong.
    pub fn row(&self, entry: &'static str) -> impl Fn(u64) -> Duration + Send + Sync + 'static {
        let (language, program) = (self.language, Arc::clone(&self.program));
        let running = LazyLock::new(move || Mutex::new(Running::start(language, program)));
        move |rounds| {
            let mut running = running.lock().expect("this row has not failed before");
            running.time(entry, rounds)
        }
    }
}

/// What was built, and how it is started.
struct Program {
    command: OsString,
    arguments: Vec<OsString>,
    /// Where it was built; deleted when it cannot be started any more, and does not run.
    _dir: TempDir,
}

fn temporary_dir() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// Where the sources are: `benches/LANGUAGE`.
fn sources(language: &str) -> PathBuf {
    let root = crate::repository().unwrap_or_else(|error| panic!("{error:#}"));
    root.join("benches").join(language)
}

/// The files of these directories that end so, in an order that does not change.
fn files(dirs: &[PathBuf], extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for dir in dirs {
        let entries = dir
            .read_dir()
            .unwrap_or_else(|error| panic!("cannot list {}: {error}", dir.display()));
        let paths = entries.map(|entry| entry.expect("it can be listed").path());
        files.extend(paths.filter(|path| path.extension().is_some_and(|it| it == extension)));
    }
    files.sort();
    files
}

/// Runs a compiler. What it complains about goes to stderr.
fn compile(command: &mut Command, what: &str) {
    let status = command.status();
    let status = status.unwrap_or_else(|error| panic!("cannot compile {what}: {error}"));
    assert!(
        status.success(),
        "{what} does not compile (what the compiler said is above)"
    );
}

/// What a program says of itself; `None` if it is not there, or is only a placeholder that tells where to get it.
fn ask(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let answer = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(answer)
}

/// Says, in one line, that a language is left out.
fn left_out(language: &str, why: &str) {
    eprintln!("The rows in {language} are left out: {why}.");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A program in each language that can be had here, and an entry of it.
    fn languages() -> impl Iterator<Item = (Elsewhere, &'static str)> {
        const ANSWER: &str = "the_measured_answer";
        [
            (Elsewhere::go("01_scope_cleanup"), "lock, by hand"),
            (Elsewhere::java(ANSWER), "lock, by hand"),
            (Elsewhere::c(ANSWER), "lock, by hand"),
        ]
        .into_iter()
        .filter_map(|(program, entry)| Some((program?, entry)))
    }

    #[test]
    fn more_rounds_take_more_time() {
        for (program, entry) in languages() {
            let time = program.row(entry);
            let (short, long) = (time(1), time(10_000_000));
            assert!(short < long, "{}: {short:?}, {long:?}", program.language());
        }
    }

    #[test]
    fn a_version_is_a_number() {
        for (program, _) in languages() {
            let version = program.version();
            assert!(
                version.starts_with(|first: char| first.is_ascii_digit()),
                "{} {version:?}",
                program.toolchain()
            );
        }
    }

    #[test]
    fn what_the_program_does_not_know_is_an_error() {
        for (program, _) in languages() {
            let row = program.row("no such entry");
            let Err(payload) = catch_unwind(AssertUnwindSafe(|| row(1))) else {
                panic!("{}: it knows everything", program.language());
            };
            let message = payload.downcast_ref::<String>().expect("a message");
            assert!(message.contains("has ended"), "{message}");
        }
    }

    #[test]
    fn the_program_is_deleted_with_its_last_row() {
        for (program, entry) in languages() {
            let language = program.language();
            let dir = program.program._dir.path().to_owned();
            let row = program.row(entry);
            drop(program);
            row(1);
            assert!(dir.exists(), "{language}: the row may be asked again");
            drop(row);
            assert!(!dir.exists(), "{language}: no row is left to ask");
        }
    }
}
