//! `cargo workbook pitfall`

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use patches::{Alternative, Difference, Patch, Pitfall as Header, Sources, Starter};

use crate::catalogue::{Exercise, Workbook, read};
use crate::failure::{Failure, Verdict};
use crate::prose::{BOLD, GOOD, nearest};
use crate::saved;

/// Make a known wrong solution of what you have changed in the solution, and put the solution back
#[derive(clap::Args)]
#[command(after_help = "\
Change the solution as a learner would have written it. This command then writes the difference to
pitfalls/SHORT_NAME.patch under a header for you to fill in, and puts the solution back as it was when its
starter was last recorded. A patch of that name keeps its header and gets a new difference. With --edit, the
wrong solution is laid into the solution's place for you to change. With --alternative, all of this is about a
right solution of another kind, in alternatives/.

Whatever is written over is copied to saved/CHAPTER/EXERCISE/ before.

Examples:
  cargo workbook pitfall spin_lock relaxed_unlock
  cargo workbook pitfall spin_lock --edit relaxed_unlock
  cargo workbook pitfall spin_lock --alternative swaps")]
pub(crate) struct Pitfall {
    /// The exercise, as `cargo workbook list` names it
    name: String,
    /// What the wrong solution is called: small letters, digits and `_`
    #[arg(required_unless_present = "edit", conflicts_with = "edit")]
    short_name: Option<String>,
    /// Lay this one into the solution, to be changed
    #[arg(long, value_name = "SHORT_NAME")]
    edit: Option<String>,
    /// It is right: an alternative, which every test must accept
    #[arg(long)]
    alternative: bool,
}

impl Pitfall {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let room = Room {
            workbook,
            exercise: workbook.exercise(&self.name)?,
            kind: if self.alternative {
                ALTERNATIVES
            } else {
                PITFALLS
            },
        };
        match (&self.edit, &self.short_name) {
            (Some(name), _) => room.edit(name),
            (None, Some(name)) => room.write(name),
            (None, None) => unreachable!("clap asks for one of them"),
        }
    }
}

const PITFALLS: &str = "pitfalls";
const ALTERNATIVES: &str = "alternatives";

struct Room<'a> {
    workbook: &'a Workbook,
    exercise: &'a Exercise,
    /// The folder that the difference lies in.
    kind: &'static str,
}

impl Room<'_> {
    /// Makes a difference of what stands in the solution's place.
    fn write(&self, name: &str) -> Result<Verdict, Failure> {
        refuse_if_no_name(name)?;
        let solution = self.recorded_solution()?;
        let changed = self.exercise.solution_sources()?;
        if !changed.keys().eq(solution.keys()) {
            return Err(Failure::blocked(
                format!(
                    "{} has other files than the solution; a difference only changes some",
                    self.say(&self.source_folder())
                ),
                "put what you have written into the files that are there",
            ));
        }
        let Some(difference) = Difference::between(&solution, &changed) else {
            return Err(Failure::usage(
                format!(
                    "{} is the solution as it was: nothing differs",
                    self.say(&self.source_folder())
                ),
                format!(
                    "change it as a learner would have written it, or change one that there is: \
                     `cargo workbook pitfall {} --edit SHORT_NAME`",
                    self.exercise.name
                ),
            ));
        };

        let file = self.file(name);
        let is_new = !file.exists();
        // First the new file, then the old ones back: at each moment, all that was written is somewhere.
        if is_new {
            let patch = match self.kind {
                ALTERNATIVES => Patch::new(&Alternative::to_fill_in(), difference),
                _ => Patch::new(&Header::to_fill_in(), difference),
            };
            write_new(&file, &patch.to_string())
                .map_err(|error| Failure::io("write", &file, &error))?;
        } else {
            let patch = self.read(&file)?.with(difference);
            self.over(&file, patch.to_string().as_bytes())?;
        }
        self.lay_in(&solution)?;

        let (file, name) = (self.say(&file), &self.exercise.name);
        anstream::println!("{GOOD}{file} is written, and the solution is put back.{GOOD:#}");
        if is_new {
            anstream::println!(
                "{BOLD}Next{BOLD:#}: fill in its header, and then cargo workbook verify {name} --record"
            );
        } else {
            anstream::println!("{BOLD}Next{BOLD:#}: cargo workbook verify {name} --record");
        }
        Ok(Verdict::Holds)
    }

    /// Lays a known wrong solution into the solution's place.
    fn edit(&self, name: &str) -> Result<Verdict, Failure> {
        let file = self.file(name);
        if !file.is_file() {
            return Err(unknown(self.exercise, self.kind, name));
        }
        let solution = self.recorded_solution()?;
        if self.exercise.solution_sources()? != solution {
            return Err(Failure::blocked(
                format!(
                    "{} has changes that are in no pitfall and not recorded",
                    self.say(&self.source_folder())
                ),
                format!(
                    "make a pitfall of them (`cargo workbook pitfall {} SHORT_NAME`), or, if the solution is to \
                     be so from now on, run `cargo workbook verify {0} --record`",
                    self.exercise.name
                ),
            ));
        }
        let patch = self.read(&file)?;
        let wrong = patch
            .difference()
            .apply(&solution)
            .map_err(|error| self.wrong(&file, &error))?;
        self.lay_in(&wrong)?;
        anstream::println!(
            "{GOOD}{} is wrong now.{GOOD:#} Change it, and then: {BOLD}cargo workbook pitfall {} {name}{BOLD:#}",
            self.say(&self.source_folder()),
            self.exercise.name,
        );
        Ok(Verdict::Holds)
    }

    /// The solution as it was when the starter was last recorded, whatever stands in its place now.
    fn recorded_solution(&self) -> Result<Sources, Failure> {
        let file = self.exercise.starter();
        let starter = self.exercise.sources()?;
        Patch::parse(&read(&file)?)
            .and_then(Starter::of)
            .and_then(|recorded| recorded.to_solution(&starter))
            .map_err(|_| {
                Failure::blocked(
                    format!(
                        "{} is not the starter, so what the solution was cannot be told; nothing was changed",
                        self.say(&self.exercise.source())
                    ),
                    format!(
                        "`cargo workbook reset {}` (it keeps a copy), and try again",
                        self.exercise.name
                    ),
                )
            })
    }

    /// Puts `sources` in the solution's place, and keeps what they replace.
    fn lay_in(&self, sources: &Sources) -> Result<(), Failure> {
        let now = self.exercise.solution_sources()?;
        for (name, text) in sources.iter() {
            if now.get(name) != Some(text) {
                self.over(&self.source_folder().join(name), text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Writes over `file`, and keeps what stood there.
    fn over(&self, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
        saved::keep(self.workbook, self.exercise, file)?;
        saved::replace(file, bytes)
    }

    fn read(&self, file: &Path) -> Result<Patch, Failure> {
        Patch::parse(&read(file)?).map_err(|error| self.wrong(file, &error))
    }

    fn wrong(&self, file: &Path, error: &patches::Error) -> Failure {
        Failure::blocked(
            format!("{}, {error}", self.say(file)),
            "mend it; `git diff` shows what changed in it",
        )
    }

    fn file(&self, name: &str) -> PathBuf {
        let folder = self.exercise.differences(self.kind);
        folder.join(format!("{name}.patch"))
    }

    fn source_folder(&self) -> PathBuf {
        self.exercise.solution().join("src")
    }

    fn say(&self, path: &Path) -> String {
        self.workbook.say(path)
    }
}

/// There is no difference of that name among the `kind` (pitfalls, alternatives); a near miss is suggested.
pub(crate) fn unknown(exercise: &Exercise, kind: &str, name: &str) -> Failure {
    let mut names: Vec<String> = fs::read_dir(exercise.differences(kind))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "patch"))
        .filter_map(|path| Some(path.file_stem()?.display().to_string()))
        .collect();
    names.sort();
    let todo = match nearest(name, names.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("there are: {}", names.join(", ")),
    };
    Failure::usage(
        format!(
            "{} has none called `{name}` among its {kind}",
            exercise.name
        ),
        todo,
    )
}

fn refuse_if_no_name(name: &str) -> Result<(), Failure> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_word) {
        return Ok(());
    }
    Err(Failure::usage(
        format!("`{name}` is no name for a pitfall"),
        "use small letters, digits and `_`: `relaxed_unlock`",
    ))
}

fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut new = File::create_new(file)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()
}
