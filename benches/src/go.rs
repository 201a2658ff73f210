use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

/// A chapter's rounds in Go (`benches/go/CHAPTER`), built and running: each row asks the program to do some rounds,
/// and gets the time that it took by its own clock.
///
/// So Go's rows stand in a [`Comparison`](crate::Comparison) like all others, paired with their baseline in the same
/// run.
#[derive(Clone)]
pub struct Go {
    version: String,
    program: Arc<Mutex<Program>>,
}

impl Go {
    /// Builds and starts the program of a chapter; `None`, and a notice on stderr, where there is no `go`.
    ///
    /// # Panics
    ///
    /// Panics if `go` is there and the program cannot be built or started.
    pub fn start(chapter: &str) -> Option<Self> {
        let Some(version) = version() else {
            eprintln!("The rows in Go are left out: there is no `go` here (https://go.dev/dl).");
            return None;
        };
        let program = Arc::new(Mutex::new(Program::start(chapter)));
        Some(Self { version, program })
    }

    /// The version of `go`, such as 1.19.8.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Times the rounds that the program knows as `entry`.
    ///
    /// # Panics
    ///
    /// The function panics if the program has ended: it does not know the entry, or its result was wrong.
    pub fn row(&self, entry: &'static str) -> impl Fn(u64) -> Duration + Send + Sync + 'static {
        let program = Arc::clone(&self.program);
        move |rounds| {
            let mut program = program.lock().expect("no row in Go has failed before");
            program.time(entry, rounds)
        }
    }
}

fn version() -> Option<String> {
    let output = Command::new("go")
        .args(["env", "GOVERSION"])
        .output()
        .ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    Some(version.trim().strip_prefix("go")?.to_owned())
}

/// The running program. It ends when nobody can ask it any more.
struct Program {
    child: Child,
    /// `None` only while it is being dropped.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Where it was built; deleted when it has ended.
    _dir: TempDir,
}

impl Program {
    fn start(chapter: &str) -> Self {
        // Asked at run time: a program that remembers where it was built looks into the wrong copy.
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let package = package.expect("cargo starts the benchmarks, and says where they are");
        let dir = tempfile::tempdir().expect("a temporary directory");
        let program = dir
            .path()
            .join("rounds")
            .with_extension(env::consts::EXE_EXTENSION);
        let built = Command::new("go")
            .current_dir(package.join("go"))
            .arg("build")
            .arg("-o")
            .arg(&program)
            .arg(format!("./{chapter}"))
            .status()
            .expect("`go` was there a moment ago");
        assert!(built.success(), "benches/go/{chapter} does not compile");
        let mut child = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("what was built can be started");
        Self {
            questions: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().expect("its output is piped")),
            child,
            _dir: dir,
        }
    }

    fn time(&mut self, entry: &str, rounds: u64) -> Duration {
        let mut answer = String::new();
        let questions = self.questions.as_mut().expect("nobody asks after the drop");
        // A program that has ended takes no question and gives an empty answer.
        let _ = writeln!(questions, "{rounds} {entry}");
        let _ = self.answers.read_line(&mut answer);
        match answer.trim().parse() {
            Ok(nanoseconds) => Duration::from_nanos(nanoseconds),
            Err(_) => panic!("{entry}: the program in Go has ended (what it said is above)"),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It ends at the end of its input; if it has failed, that was reported.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chapter whose program is asked here.
    const CHAPTER: &str = "01_scope_cleanup";

    #[test]
    fn more_rounds_take_more_time() {
        let Some(go) = Go::start(CHAPTER) else { return };
        let time = go.row("lock, by hand");
        assert!(time(1) < time(10_000_000));
    }

    #[test]
    #[should_panic(expected = "the program in Go has ended")]
    fn what_the_program_does_not_know_is_an_error() {
        match Go::start(CHAPTER) {
            Some(go) => _ = go.row("no such entry")(1),
            None => panic!("the program in Go has ended: it was never there"),
        }
    }

    #[test]
    fn the_program_ends_with_its_last_row() {
        let Some(go) = Go::start(CHAPTER) else { return };
        let dir = go.program.lock().expect("no panic")._dir.path().to_owned();
        let row = go.row("lock, defer");
        drop(go);
        row(1);
        assert!(dir.exists(), "the row may be asked again");
        drop(row);
        assert!(!dir.exists(), "nobody can ask any more");
    }
}
