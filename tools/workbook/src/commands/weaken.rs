//! `cargo workbook weaken`

use std::time::Duration;

use serde_json::json;

use crate::after_green;
use crate::catalogue::Workbook;
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BAD, BOLD, DIM, GOOD, WARN, count};
use crate::verify::weaken::{self, MARKER, Weakening};
use crate::verify::{Options, workers};

/// Weaken each memory ordering of a solution in turn, and list those that no model notices
#[derive(clap::Args)]
#[command(after_help = "\
An ordering that no model notices is stronger than it has to be, or guards something that no model looks
at. Where that is meant, a comment in the statement or right above it says why: `// Not modelled: …`.
Exit code 1 says that one is neither noticed nor explained.

Examples:
  cargo workbook weaken spin_lock
  cargo workbook weaken spin_lock --mine    (your own, once it is green)")]
pub(crate) struct Weaken {
    /// The exercise, as `cargo workbook list` names it
    name: String,
    /// Yours, not ours
    #[arg(long)]
    mine: bool,
    /// How long one test may take before it counts as hung
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

impl Weaken {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let exercise = workbook.exercise(&self.name)?;
        let options = Options {
            limit: Duration::from_secs(self.timeout),
            jobs: workers(),
            record: false,
        };
        let weakenings = if self.mine {
            after_green::weaken_mine(workbook, exercise, &options)?
        } else {
            weaken::all(workbook, exercise, &options)?
        };
        let loose = weakenings
            .iter()
            .filter(|weakening| weakening.is_loose())
            .count();
        if self.json {
            let answer = json!({ "version": 1, "loose": loose, "weakenings": weakenings });
            out::println!("{answer:#}");
        } else {
            print(&weakenings, loose);
        }
        Ok(Verdict::of(loose == 0))
    }
}

fn print(weakenings: &[Weakening], loose: usize) {
    let places = weakenings.iter().map(|weakening| weakening.place.len());
    let width = places.max().unwrap_or(0);
    for Weakening {
        place,
        op,
        from,
        to,
        noticed_by,
        explained,
    } in weakenings
    {
        let what = format!("{place:width$}  {op}: {from} → {to}");
        match (noticed_by, explained) {
            (Some(test), _) => out::println!("{GOOD}✓{GOOD:#} {what}  {DIM}{test}{DIM:#}"),
            (None, Some(why)) => out::println!("{WARN}·{WARN:#} {what}  not modelled: {why}"),
            (None, None) => {
                out::println!("{BAD}✗{BAD:#} {what}  {BAD}no model notices{BAD:#}")
            }
        }
    }
    match (weakenings.len(), loose) {
        (0, _) => out::println!("No model saw an ordering that could be weakened."),
        (n, 0) => out::println!("{GOOD}{}, none is loose.{GOOD:#}", count(n, "weakening")),
        (n, loose) => out::println!(
            "{BAD}{loose} of {} noticed by no model.{BAD:#}\n\
             {BOLD}→{BOLD:#} add a model that does, use the weaker ordering, or explain it: `{MARKER}…`",
            count(n, "weakening"),
        ),
    }
}
