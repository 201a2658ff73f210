//! `cargo workbook reset`

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::catalogue::{Exercise, Workbook};
use crate::failure::{Failure, Verdict};
use crate::prose::GOOD;

/// Start an exercise again; what you wrote is kept under `saved/`
#[derive(clap::Args)]
#[command(after_help = "\
Your file is copied to saved/CHAPTER/EXERCISE/NAME.DATE.rs (which git ignores) before the starter is
written over it. To have it back, copy it from there.

Example:
  cargo workbook reset spin_lock")]
pub(crate) struct Reset {
    /// The exercise, as `cargo workbook list` names it
    name: String,
}

impl Reset {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let (source, starter) = (exercise.source(), exercise.starter());
        // Bytes, not text: a file that an editor left half-written must not be what stops a reset.
        let new = fs::read(&starter).map_err(|error| Failure::io("read", &starter, &error))?;
        let old = match fs::read(&source) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::io("read", &source, &error)),
        };

        if old.as_ref() == Some(&new) {
            anstream::println!(
                "{} is the starter already: nothing to do.",
                workbook.say(&source)
            );
            return Ok(Verdict::Holds);
        }
        refuse_if_read_only(&source)?;
        if let Some(old) = old {
            let saved = save(&workbook.root.join("saved"), exercise, &old)?;
            anstream::println!("Your work is kept as {}", workbook.say(&saved));
        }
        replace(&source, &new).map_err(|error| Failure::io("write", &source, &error))?;
        anstream::println!(
            "{GOOD}{} is the starter again.{GOOD:#}",
            workbook.say(&source)
        );
        Ok(Verdict::Holds)
    }
}

/// Renaming over a file asks only the folder for permission; whoever protects a file means the file.
fn refuse_if_read_only(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => Err(Failure::blocked(
            format!(
                "{} is read-only, and so it was left as it is",
                path.display()
            ),
            "make it writable (`chmod u+w`, or its properties on Windows), and try again",
        )),
        _ => Ok(()),
    }
}

/// Writes `work` to a file that did not exist before, and makes sure that it reached the disk.
fn save(saved: &Path, exercise: &Exercise, work: &[u8]) -> Result<PathBuf, Failure> {
    let folder = saved.join(&exercise.path);
    fs::create_dir_all(&folder).map_err(|error| Failure::io("make", &folder, &error))?;
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    // A colon cannot be in a file name on Windows.
    let date = now.trim_end_matches('Z').replace(':', "-");
    for n in 1.. {
        let again = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let path = folder.join(format!("{}.{date}{again}.rs", exercise.name));
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(work)?;
            file.sync_all()
        });
        match written {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Failure::io("write", &path, &error)),
        }
    }
    unreachable!("there are more numbers than resets in a second")
}

/// Puts `bytes` at `path` in one step: whoever looks sees the old file or the new one, never half of one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("rs.new");
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&new, path));
    if moved.is_err() {
        // Nothing to be done if this fails too: the reason that matters is in `moved`.
        let _ = fs::remove_file(&new);
    }
    moved
}
