//! `cargo workbook reset`

use crate::catalogue::Workbook;
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::GOOD;
use crate::saved;

/// Start an exercise again; what you wrote is kept under `saved/`
#[derive(clap::Args)]
#[command(after_help = "\
Your file is copied to saved/CHAPTER/EXERCISE/NAME.DATE.rs (which git ignores) before the starter is
written over it. To have it back, copy it from there.

Example:
  cargo workbook reset spin_lock")]
pub(crate) struct Reset {
    /// The exercise, as `cargo workbook list` names it, or a file of it
    name: String,
}

impl Reset {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let starter = exercise.starter_sources()?;
        let mut is_starter = true;
        for (name, text) in starter.iter() {
            let file = exercise.folder().join("src").join(name);
            if std::fs::read(&file).is_ok_and(|now| now == text.as_bytes()) {
                continue;
            }
            is_starter = false;
            if let Some(kept) = saved::keep(workbook, exercise, &file)? {
                out::println!("Your work is kept as {}", workbook.relative(&kept));
            }
            saved::replace(&file, text.as_bytes())?;
            out::println!(
                "{GOOD}{} is the starter again.{GOOD:#}",
                workbook.relative(&file)
            );
        }
        if is_starter {
            out::println!(
                "{} is the starter already: nothing to do.",
                workbook.relative(&exercise.source())
            );
        }
        Ok(Verdict::Holds)
    }
}
