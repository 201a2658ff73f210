//! `cargo workbook break`

use std::fs;
use std::io;
use std::path::PathBuf;

use patches::{Patch, Sources};
use serde::{Deserialize, Serialize};

use super::pitfall::unknown;
use crate::catalogue::{Exercise, Workbook, read};
use crate::failure::{Failure, Verdict};
use crate::prose::{BOLD, GOOD};
use crate::saved;

/// Put a known wrong solution in an exercise's place, to show how it fails; your own work is kept
#[derive(clap::Args)]
#[command(after_help = "\
Your file is copied to saved/CHAPTER/EXERCISE/NAME.DATE.rs (which git ignores) before the wrong solution is
written over it. With --undo it comes back; what you changed in the wrong one meanwhile is kept as well.

Examples:
  cargo workbook break spin_lock relaxed_unlock
  cargo test -p spin_lock
  cargo workbook break spin_lock --undo")]
pub(crate) struct Break {
    /// The exercise, as `cargo workbook list` names it
    name: String,
    /// The pitfall: the name of a file in solutions/CHAPTER/EXERCISE/pitfalls/
    #[arg(required_unless_present = "undo", conflicts_with = "undo")]
    pitfall: Option<String>,
    /// Put your own work back
    #[arg(long)]
    undo: bool,
}

/// Lies beside the copies as long as a wrong solution is in the exercise's place.
#[derive(Default, Serialize, Deserialize)]
struct Note {
    /// The one that was put there last.
    pitfall: String,
    /// What stood there before the first.
    kept: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    /// Below the exercise's `src/`.
    file: String,
    /// Beside the note.
    copy: String,
}

impl Break {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let room = Room {
            workbook,
            exercise: workbook.exercise(&self.name)?,
        };
        match &self.pitfall {
            Some(pitfall) => room.break_it(pitfall),
            None => room.undo(),
        }
    }
}

struct Room<'a> {
    workbook: &'a Workbook,
    exercise: &'a Exercise,
}

impl Room<'_> {
    fn break_it(&self, pitfall: &str) -> Result<Verdict, Failure> {
        let wrong = self.wrong(pitfall)?;
        let mut note = self.note()?.unwrap_or_default();
        let shown = self.wrong(&note.pitfall).unwrap_or_default();
        let mut replaced = Vec::new();
        for (name, text) in wrong.iter() {
            let file = self.source(name);
            let now = fs::read(&file).unwrap_or_default();
            if now == text.as_bytes() {
                continue;
            }
            let copy = self.keep_unless(&shown, name, &now)?;
            if let Some(copy) = copy.filter(|_| note.kept.iter().all(|kept| kept.file != *name)) {
                let file = name.clone();
                note.kept.push(Kept { file, copy });
            }
            replaced.push((file, text));
        }
        note.pitfall = pitfall.to_owned();
        // The note first: whenever this is interrupted, `--undo` finds what it needs.
        self.write(&note)?;
        for (file, text) in replaced {
            saved::replace(&file, text.as_bytes())?;
        }
        let (source, name) = (
            self.workbook.say(&self.exercise.source()),
            &self.exercise.name,
        );
        anstream::println!(
            "{GOOD}{source} is the pitfall {pitfall} now.{GOOD:#}\n\
             See how it fails: {BOLD}cargo test -p {name}{BOLD:#}\n\
             Put your own back: {BOLD}cargo workbook break {name} --undo{BOLD:#}"
        );
        Ok(Verdict::Holds)
    }

    fn undo(&self) -> Result<Verdict, Failure> {
        let name = &self.exercise.name;
        let Some(note) = self.note()? else {
            return Err(Failure::usage(
                format!("no pitfall is in the place of {name}: there is nothing to undo"),
                format!("`cargo workbook break {name} PITFALL` puts one there"),
            ));
        };
        let shown = self.wrong(&note.pitfall).unwrap_or_default();
        for Kept { file: name, copy } in &note.kept {
            let (file, copy) = (self.source(name), self.folder().join(copy));
            let own = fs::read(&copy).map_err(|error| Failure::io("read", &copy, &error))?;
            let now = fs::read(&file).unwrap_or_default();
            if now != own {
                self.keep_unless(&shown, name, &now)?;
                saved::replace(&file, &own)?;
            }
        }
        let file = self.note_file();
        fs::remove_file(&file).map_err(|error| Failure::io("remove", &file, &error))?;
        anstream::println!(
            "{GOOD}{} is yours again.{GOOD:#}",
            self.workbook.say(&self.exercise.source())
        );
        Ok(Verdict::Holds)
    }

    /// Copies a source to `saved/`, unless all that stands in it is a pitfall that we have put there. The name of the
    /// copy.
    fn keep_unless(
        &self,
        shown: &Sources,
        name: &str,
        now: &[u8],
    ) -> Result<Option<String>, Failure> {
        if shown.get(name).is_some_and(|text| text.as_bytes() == now) {
            return Ok(None);
        }
        let copy = saved::keep(self.workbook, self.exercise, &self.source(name))?;
        Ok(copy.map(|copy| {
            anstream::println!("What was there is kept as {}", self.workbook.say(&copy));
            copy.file_name().unwrap_or_default().display().to_string()
        }))
    }

    /// The sources of a pitfall.
    fn wrong(&self, pitfall: &str) -> Result<Sources, Failure> {
        let folder = self.exercise.differences("pitfalls");
        let file = folder.join(format!("{pitfall}.patch"));
        if !file.is_file() {
            return Err(unknown(self.exercise, "pitfalls", pitfall));
        }
        let text = read(&file)?;
        let solution = self.exercise.solution_sources()?;
        Patch::parse(&text)
            .and_then(|patch| patch.difference().apply(&solution))
            .map_err(|error| {
                Failure::blocked(
                    format!("{}, {error}", self.workbook.say(&file)),
                    "take the pitfall and the solution from git again",
                )
            })
    }

    fn note(&self) -> Result<Option<Note>, Failure> {
        let file = self.note_file();
        match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
                Failure::blocked(
                    format!("{} cannot be understood: {error}", self.workbook.say(&file)),
                    "the copies of your work lie beside it: copy the right one back, and remove it",
                )
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io("read", &file, &error)),
        }
    }

    fn write(&self, note: &Note) -> Result<(), Failure> {
        let folder = self.folder();
        fs::create_dir_all(&folder).map_err(|error| Failure::io("make", &folder, &error))?;
        let json = serde_json::to_vec_pretty(note).expect("a note has only strings");
        saved::replace(&self.note_file(), &json)
    }

    fn note_file(&self) -> PathBuf {
        self.folder().join("broken.json")
    }

    fn folder(&self) -> PathBuf {
        saved::folder(self.workbook, self.exercise)
    }

    fn source(&self, name: &str) -> PathBuf {
        self.exercise.folder().join("src").join(name)
    }
}
