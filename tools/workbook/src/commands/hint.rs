//! `cargo workbook hint`

use clap::ValueEnum;

use crate::catalogue::{Exercise, Workbook, read};
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BOLD, DIM};
use crate::verify::hints;

/// Get unstuck: a question first, then a direction, then the shape of the code
#[derive(clap::Args)]
#[command(after_help = "\
Nothing is remembered between calls: each hint says how to ask for the next one. Numbers do as well: 1, 2, 3.

Examples:
  cargo workbook hint spin_lock
  cargo workbook hint spin_lock direction")]
pub(crate) struct Hint {
    /// The exercise, as `cargo workbook list` names it, or a file of it
    name: String,
    /// Which hint
    #[arg(value_enum, default_value = "question")]
    hint: Tier,
    /// The same, as a number
    #[arg(long, value_enum, hide_possible_values = true, conflicts_with = "hint")]
    tier: Option<Tier>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    #[value(alias = "1")]
    Question,
    #[value(alias = "2")]
    Direction,
    #[value(alias = "3")]
    Shape,
}

impl Tier {
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Self::Question => Some(Self::Direction),
            Self::Direction => Some(Self::Shape),
            Self::Shape => None,
        }
    }

    /// What it is called when it is offered.
    pub(crate) fn called(self) -> &'static str {
        match self {
            Self::Question => "a question",
            Self::Direction => "a direction",
            Self::Shape => "the shape of the code",
        }
    }
}

impl Hint {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let tier = self.tier.unwrap_or(self.hint);
        out::print!("{}", in_words(workbook, exercise, tier)?);
        let name = &exercise.name;
        match tier.next() {
            Some(next) => {
                let word = next.to_possible_value().expect("none is skipped");
                out::println!(
                    "{DIM}Still stuck? Next, {}: cargo workbook hint {name} {}{DIM:#}",
                    next.called(),
                    word.get_name()
                );
            }
            None => out::println!(
                "{DIM}Still stuck? The whole of it: {}{DIM:#}",
                workbook.relative(&exercise.solution_source())
            ),
        }
        Ok(Verdict::Holds)
    }
}

/// The text of one hint, under its heading.
pub(crate) fn in_words(
    workbook: &Workbook,
    exercise: &Exercise,
    tier: Tier,
) -> Result<String, Failure> {
    let path = exercise.hints();
    let tiers = hints::parse(&read(&path)?).map_err(|what| {
        Failure::blocked(
            format!("{}: {what}", workbook.relative(&path)),
            "mend the file, or take it from git again",
        )
    })?;
    let n = tier as usize;
    Ok(format!(
        "{BOLD}{}{BOLD:#}\n\n{}\n\n",
        hints::HEADINGS[n],
        tiers[n]
    ))
}
