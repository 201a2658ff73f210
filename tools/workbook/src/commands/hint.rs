//! `cargo workbook hint`

use crate::catalogue::{Workbook, read};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BOLD, DIM};
use crate::verify::hints;

/// Get unstuck: a question first, then a direction, then the shape of the code
#[derive(clap::Args)]
#[command(after_help = "\
Nothing is remembered between calls: ask for the tier you want.

Example:
  cargo workbook hint spin_lock --tier 2")]
pub(crate) struct Hint {
    /// The exercise, as `cargo workbook list` names it
    name: String,
    /// 1: a question, 2: a direction, 3: the shape of the code
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    tier: u8,
}

impl Hint {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let path = exercise.hints();
        let tiers = hints::parse(&read(&path)?).map_err(|what| {
            Failure::blocked(
                format!("{}: {what}", workbook.relative(&path)),
                "mend the file, or take it from git again",
            )
        })?;
        let tier = usize::from(self.tier);
        out::println!(
            "{BOLD}{}{BOLD:#}\n\n{}\n",
            hints::HEADINGS[tier - 1],
            tiers[tier - 1]
        );
        let next = if tier < hints::HEADINGS.len() {
            format!("cargo workbook hint {} --tier {}", self.name, tier + 1)
        } else {
            format!(
                "the whole of it: {}",
                workbook.relative(&exercise.solution().join("src").join(exercise.file()))
            )
        };
        out::println!("{DIM}Still stuck? {next}{DIM:#}");
        Ok(Verdict::Holds)
    }
}
