//! `cargo workbook new`

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::catalogue::{Workbook, folders, read};
use crate::failure::{Failure, Verdict};
use crate::prose::{BOLD, GOOD, nearest};
use crate::template::{self, Names};

/// Write a new exercise: its files, its solution and its page, from a small example that works
#[derive(clap::Args)]
#[command(after_help = "\
The folder's name is the exercise's name behind its number in the chapter. Nothing is overwritten.
CONTRIBUTING.md leads from there to an exercise that is worth solving.

Example:
  cargo workbook new 02_mutex_guards/07_reader_lock")]
pub(crate) struct New {
    /// Where it is to lie: `NN_chapter/NN_name`
    #[arg(value_name = "CHAPTER/EXERCISE")]
    path: String,
}

impl New {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let names = parse(&self.path)?;
        refuse_if_taken(workbook, &names)?;
        write(&workbook.root, &names)?;
        say_what_is_next(workbook, &names);
        Ok(Verdict::Holds)
    }
}

/// Names that would shadow something that the template, or every Rust program, uses; or mean something to cargo
/// as `NAME.rs`.
const RESERVED: [&str; 10] = [
    "alloc",
    "build",
    "core",
    "gen", // a keyword since the 2024 edition
    "lib",
    "main",
    "proc_macro",
    "std",
    "sync",
    "test",
];

/// No file can be called so on Windows, whatever follows behind a dot.
fn is_device(name: &str) -> bool {
    let numbered = |device: &str| {
        name.strip_prefix(device)
            .is_some_and(|number| number.len() == 1 && number.parse::<u8>().is_ok())
    };
    ["aux", "con", "nul", "prn"].contains(&name) || numbered("com") || numbered("lpt")
}

fn parse(path: &str) -> Result<Names, Failure> {
    let refuse = |what: String| {
        Failure::usage(
            what,
            "name a chapter and an exercise, each with its number: \
             `cargo workbook new 02_mutex_guards/07_reader_lock`",
        )
    };
    let Some((chapter, exercise)) = path.trim_end_matches('/').split_once('/') else {
        return Err(refuse(format!("`{path}` is not CHAPTER/EXERCISE")));
    };
    for folder in [chapter, exercise] {
        if name_in(folder).is_none() {
            return Err(refuse(format!(
                "`{folder}` is not two digits, an underscore, and a name in lower case (a-z, 0-9, _) \
                 that begins with a letter"
            )));
        }
    }
    let name = name_in(exercise).expect("it has just been looked at");
    if RESERVED.contains(&name) || syn::parse_str::<syn::Ident>(name).is_err() {
        return Err(refuse(format!("`{name}` means something else in Rust")));
    }
    if is_device(name) {
        return Err(refuse(format!("no file can be called `{name}` on Windows")));
    }
    Ok(Names {
        chapter: chapter.to_owned(),
        exercise: exercise.to_owned(),
        name: name.to_owned(),
    })
}

/// `spin_lock`, of `01_spin_lock`.
fn name_in(folder: &str) -> Option<&str> {
    let (number, name) = folder.split_at_checked(2)?;
    let name = name.strip_prefix('_')?;
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (number.chars().all(|c| c.is_ascii_digit())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(is_word))
    .then_some(name)
}

/// A name is good for one package, a number for one chapter or exercise, and a file is not overwritten.
fn refuse_if_taken(workbook: &Workbook, names: &Names) -> Result<(), Failure> {
    let Names {
        chapter,
        exercise,
        name,
    } = names;
    for path in [
        Path::new("exercises").join(names.path()),
        Path::new("solutions").join(names.path()),
        names.page(),
    ] {
        if workbook.root.join(&path).exists() {
            return Err(Failure::usage(
                format!(
                    "{} is there already, and was left as it is",
                    workbook.say(&path)
                ),
                "choose another name or number",
            ));
        }
    }

    let same_number = |folders: Vec<String>, wanted: &str| {
        let same = |folder: &String| folder != wanted && folder.starts_with(&wanted[..3]);
        folders.into_iter().find(same)
    };
    let names_in = |folder: &Path| -> Vec<String> {
        let names = folders(folder).into_iter();
        names
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect()
    };
    let chapters = names_in(&workbook.root.join("exercises"));
    let siblings = names_in(&workbook.root.join("exercises").join(chapter));
    if let Some(other) = same_number(chapters.clone(), chapter) {
        let todo = match nearest(chapter, chapters.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean {nearest}/{exercise}?"),
            None => "give the new chapter a number of its own".to_owned(),
        };
        return Err(Failure::usage(
            format!("there is another chapter with the number of {chapter}: {other}"),
            todo,
        ));
    }
    if let Some(other) = same_number(siblings, exercise) {
        return Err(Failure::usage(
            format!("there is another exercise with the number of {exercise}: {chapter}/{other}"),
            "choose a number that is free",
        ));
    }
    refuse_if_a_package(workbook, name)
}

/// `cargo test -p NAME` must mean one package, and `use NAME::…` one crate: no other exercise, no tool, no
/// crate that something here depends on.
fn refuse_if_a_package(workbook: &Workbook, name: &str) -> Result<(), Failure> {
    let lock = workbook.root.join("Cargo.lock");
    let known = if lock.is_file() {
        read(&lock)?
    } else {
        String::new()
    };
    let taken = [name.to_owned(), format!("{name}_solution")]
        .into_iter()
        .find(|name| {
            let in_lock = |line: &str| {
                line.strip_prefix("name = ")
                    .is_some_and(|quoted| quoted.trim_matches('"').replace('-', "_") == *name)
            };
            known.lines().any(in_lock)
                || workbook.exercises().any(|exercise| exercise.name == *name)
        });
    match taken {
        Some(taken) => Err(Failure::usage(
            format!("there is a package called `{taken}` already, here or among the dependencies"),
            "choose another name",
        )),
        None => Ok(()),
    }
}

/// Writes all files, or none.
fn write(root: &Path, names: &Names) -> Result<(), Failure> {
    for (path, text) in template::files(names) {
        let path = root.join(path);
        if let Err(error) = write_new(&path, &text) {
            // Half an exercise would be in the way of the next try. None of this was there before.
            let _ = fs::remove_dir_all(root.join("exercises").join(names.path()));
            let _ = fs::remove_dir_all(root.join("solutions").join(names.path()));
            return Err(Failure::io("write", &path, &error));
        }
    }
    Ok(())
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(text.as_bytes())
}

fn say_what_is_next(workbook: &Workbook, names: &Names) {
    let Names {
        chapter,
        exercise,
        name,
    } = names;
    let title = names.title();
    anstream::println!(
        "{GOOD}Written:{GOOD:#} an exercise, its solution and its page, from a small example that works.
  exercises/{chapter}/{exercise}/
  solutions/{chapter}/{exercise}/
  {page}

{BOLD}Next{BOLD:#}
  1. The solution passes, and the starter fails:
       cargo test -p {name}_solution
       cargo test -p {name}
  2. Make it your own: the solution, the tests, the starter, the pitfalls, the hints. Then
       cargo workbook verify {name} --record
     It asks for more pitfalls until there are four, and records the trace that the page shows.
  3. List the page in book/src/SUMMARY.md, where the chapter has its pages:
       - [{title}]({chapter}/{exercise}.md)",
        page = workbook.say(&names.page()),
    );
    if !workbook
        .root
        .join("book/src")
        .join(chapter)
        .join("README.md")
        .is_file()
    {
        anstream::println!(
            "     The chapter is new: it needs a page of its own before, {chapter}/README.md."
        );
    }
    anstream::println!("CONTRIBUTING.md has the whole way: An exercise in ten minutes.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read() {
        let names = parse("02_mutex_guards/03_poison_mutex").unwrap();
        assert_eq!(names.chapter, "02_mutex_guards");
        assert_eq!(names.exercise, "03_poison_mutex");
        assert_eq!(names.name, "poison_mutex");
        assert_eq!(parse("02_mutex_guards/03_poison_mutex/").unwrap(), names);
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        for (path, reason) in [
            ("poison_mutex", "is not CHAPTER/EXERCISE"),
            ("", "is not CHAPTER/EXERCISE"),
            (
                "mutex_guards/03_poison_mutex",
                "`mutex_guards` is not two digits",
            ),
            (
                "02_mutex_guards/3_poison_mutex",
                "`3_poison_mutex` is not two digits",
            ),
            (
                "02_mutex_guards/poison_mutex",
                "`poison_mutex` is not two digits",
            ),
            ("02_mutex_guards/03_Poison", "`03_Poison` is not two digits"),
            ("02_mutex_guards/03_poison-mutex", "is not two digits"),
            ("02_mutex_guards/03_", "is not two digits"),
            ("02_mutex_guards/03_2pl", "begins with a letter"),
            ("02_mutex_guards/äö_x", "is not two digits"),
            ("02_mutex_guards/03_a/04_b", "is not two digits"),
            ("../02_x", "is not two digits"),
            (
                "02_mutex_guards/03_loop",
                "`loop` means something else in Rust",
            ),
            (
                "02_mutex_guards/03_std",
                "`std` means something else in Rust",
            ),
            (
                "02_mutex_guards/03_gen",
                "`gen` means something else in Rust",
            ),
            (
                "02_mutex_guards/03_lib",
                "`lib` means something else in Rust",
            ),
            ("02_mutex_guards/03_com1", "called `com1` on Windows"),
        ] {
            let said = parse(path).unwrap_err().to_string();
            assert!(said.contains(reason), "{path}: {said}");
        }
    }
}
