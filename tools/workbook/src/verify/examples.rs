//! Every example prints what the file beside it says. The book shows both.
//!
//! `solutions/CHAPTER/PACKAGE/examples/EX.rs` is a program, and `EX.stdout` the whole of its standard
//! output. The package is the solution of an exercise, or belongs to a page that has none. A program that
//! is meant to end otherwise than with success says so in its first line: `// exits: 101`, `// exits: abort`.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use similar::TextDiff;

use super::proof::{Problem, Shown};
use super::{Options, parallel};
use crate::cargo::{self, Built, Targets};
use crate::catalogue::{Package, Workbook};
use crate::failure::Failure;
use crate::program;
use crate::prose::indent;

/// The examples of a few packages, compiled.
pub(super) struct Examples<'a> {
    workbook: &'a Workbook,
    options: &'a Options,
    target: PathBuf,
    built: HashMap<PathBuf, Built>,
}

impl<'a> Examples<'a> {
    pub(super) fn build(
        workbook: &'a Workbook,
        packages: &[Package],
        options: &'a Options,
    ) -> Result<Self, Failure> {
        let target = cargo::target_dir(&workbook.root)?;
        let manifest = workbook.root.join("Cargo.toml");
        let targets = Targets::Examples;
        let built = cargo::build(
            &workbook.root,
            &manifest,
            &target,
            targets,
            packages,
            |_| {},
        )?;
        Ok(Self {
            workbook,
            options,
            target,
            built,
        })
    }

    /// Runs the examples of `package`, and compares or records what they print.
    pub(super) fn examine(&self, package: &Package) -> Result<Shown, Failure> {
        let folder = package.folder.join("examples");
        let (programs, outputs) = (names(&folder, "rs"), names(&folder, "stdout"));
        let mut shown = Shown {
            package: package.name.clone(),
            path: self.workbook.relative(&package.folder),
            examples: programs.len(),
            examples_current: 0,
            problems: Vec::new(),
        };
        for orphan in outputs.difference(&programs) {
            let file = folder.join(format!("{orphan}.stdout"));
            if self.options.record {
                fs::remove_file(&file).map_err(|error| Failure::io("remove", &file, &error))?;
            } else {
                let what = format!("there is no example {orphan}.rs beside it");
                shown.problems.push(self.problem(&file, what, RECORD));
            }
        }
        let nothing = Built::default();
        let built = self.built.get(&package.folder).unwrap_or(&nothing);
        for other in built
            .executables
            .keys()
            .filter(|name| !programs.contains(*name))
        {
            let what = format!("its example `{other}` is not a file {other}.rs in it");
            let todo = "make it one file: a page shows it, and its output lies beside it";
            shown.problems.push(self.problem(&folder, what, todo));
        }

        let jobs: Vec<&String> = programs.iter().collect();
        let problems = parallel::map(self.options.jobs, jobs, |name| {
            let file = folder.join(format!("{name}.rs"));
            match built.executables.get(name) {
                Some(executable) if self.is_shared(executable) => {
                    let what = "has the name of another package's example, and cargo keeps one program of a name";
                    Ok(Some(self.problem(&file, what, "rename one of them")))
                }
                Some(executable) => self.run(package, name, &file, executable),
                None => Ok(Some(self.not_compiled(&file, built))),
            }
        })?;
        shown.examples_current = problems.iter().filter(|problem| problem.is_none()).count();
        shown.problems.extend(problems.into_iter().flatten());
        Ok(shown)
    }

    /// Whether examples of several packages were linked to this file: which of them it is, nobody knows.
    fn is_shared(&self, executable: &Path) -> bool {
        let all = self
            .built
            .values()
            .flat_map(|built| built.executables.values());
        all.filter(|other| *other == executable).count() > 1
    }

    /// What is wrong with one example, if anything is.
    fn run(
        &self,
        package: &Package,
        name: &str,
        file: &Path,
        executable: &Path,
    ) -> Result<Option<Problem>, Failure> {
        let source = fs::read_to_string(file).map_err(|error| Failure::io("read", file, &error))?;
        let expected = match Exit::expected(&source) {
            Ok(exit) => exit,
            Err(what) => return Ok(Some(self.problem(file, what, "write a number, or `abort`"))),
        };

        let scratch = self.target.join("verify/examples").join(&package.name);
        fs::create_dir_all(&scratch).map_err(|error| Failure::io("make", &scratch, &error))?;
        let create =
            |log: &Path| File::create(log).map_err(|error| Failure::io("write", log, &error));
        let read = |log: &Path| fs::read(log).map_err(|error| Failure::io("read", log, &error));
        let (out, err) = (
            scratch.join(format!("{name}.stdout")),
            scratch.join(format!("{name}.stderr")),
        );
        let mut command = program::command(executable, &package.folder);
        command
            .stdin(Stdio::null())
            .stdout(create(&out)?)
            .stderr(create(&err)?);
        let Some(status) = program::run(&mut command, self.options.limit)
            .map_err(|error| Failure::io("run", executable, &error))?
        else {
            let what = format!("was not done after {} s", self.options.limit.as_secs());
            return Ok(Some(self.problem(file, what, "let it end by itself")));
        };
        if !expected.is(status) {
            let said = String::from_utf8_lossy(&read(&err)?).into_owned();
            let what = format!(
                "ends with {status}, and not with {}. It says:\n{}",
                expected.say(),
                indent(&said, 2).trim_end()
            );
            let todo = "mend it; if it is meant to, let its first line say so: `// exits: 101`, `// exits: abort`";
            return Ok(Some(self.problem(file, what, todo)));
        }
        let printed = lines(&read(&out)?);
        self.compare(&file.with_extension("stdout"), &printed)
    }

    fn compare(&self, file: &Path, printed: &str) -> Result<Option<Problem>, Failure> {
        let recorded = fs::read(file).ok().map(|bytes| lines(&bytes));
        if recorded.as_deref() == Some(printed) {
            return Ok(None);
        }
        if self.options.record {
            return fs::write(file, printed)
                .map(|()| None)
                .map_err(|error| Failure::io("write", file, &error));
        }
        let what = match recorded {
            None => "is missing: it is what the example beside it prints".to_owned(),
            Some(recorded) => {
                let diff = TextDiff::from_lines(recorded.as_str(), printed)
                    .unified_diff()
                    .header("recorded", "printed today")
                    .to_string();
                format!("is not what the example prints today:\n{}", diff.trim_end())
            }
        };
        Ok(Some(self.problem(file, what, RECORD)))
    }

    fn not_compiled(&self, file: &Path, built: &Built) -> Problem {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let of_this = built.errors.iter().find(|error| error.contains(&*name));
        match of_this.or(built.errors.first()) {
            Some(error) => {
                let what = format!("does not compile:\n{}", error.trim_end());
                self.problem(file, what, "make it compile")
            }
            None => {
                let what = "was not compiled: something that it needs did not compile";
                self.problem(file, what, "see what cargo says above")
            }
        }
    }

    fn problem(&self, file: &Path, what: impl Into<String>, todo: &str) -> Problem {
        Problem {
            file: self.workbook.relative(file),
            what: what.into(),
            todo: todo.to_owned(),
        }
    }
}

const RECORD: &str = "if that is right, run `cargo workbook verify --record`";

/// The names, without their extension, of the files in `folder` that end in `extension`.
fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

/// What was printed, with the line ends that it has in the repository.
fn lines(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

/// How an example is meant to end.
#[derive(Debug, PartialEq, Eq)]
enum Exit {
    Code(i32),
    Abort,
}

impl Exit {
    /// What the first line of `source` asks for; success, if it asks for nothing.
    fn expected(source: &str) -> Result<Self, String> {
        let first = source.lines().next().unwrap_or_default();
        match first.strip_prefix("// exits:").map(str::trim) {
            None => Ok(Self::Code(0)),
            Some("abort") => Ok(Self::Abort),
            Some(code) => code
                .parse()
                .map(Self::Code)
                .map_err(|_| format!("its first line says `// exits: {code}`")),
        }
    }

    fn is(&self, status: ExitStatus) -> bool {
        match self {
            Self::Code(code) => status.code() == Some(*code),
            Self::Abort => aborted(status),
        }
    }

    fn say(&self) -> String {
        match self {
            Self::Code(0) => "success".to_owned(),
            Self::Code(code) => format!("exit code {code}"),
            Self::Abort => "an abort".to_owned(),
        }
    }
}

#[cfg(unix)]
fn aborted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

#[cfg(not(unix))]
fn aborted(status: ExitStatus) -> bool {
    /// What Windows calls a program that has ended itself at once: `STATUS_STACK_BUFFER_OVERRUN`.
    const FAST_FAIL: i32 = 0xC000_0409_u32.cast_signed();
    status.code() == Some(FAST_FAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_how_an_example_ends() {
        assert_eq!(Exit::expected("//! Doc.\n// exits: 3\n"), Ok(Exit::Code(0)));
        assert_eq!(Exit::expected("// exits: 101\n"), Ok(Exit::Code(101)));
        assert_eq!(Exit::expected("// exits: abort\n"), Ok(Exit::Abort));
        assert!(
            Exit::expected("// exits: badly\n")
                .unwrap_err()
                .contains("badly")
        );
    }

    #[test]
    fn line_ends_are_no_difference() {
        assert_eq!(lines(b"a\r\nb\n"), "a\nb\n");
    }
}
