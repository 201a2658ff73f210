//! The word after green: which known traps this solution has avoided, whether an ordering is stronger than it has to be,
//! where the debrief is, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use patches::{Patch, Pitfall};
use similar::TextDiff;

use crate::attempt::{self, Attempt, Compiler, Order, Stop};
use crate::catalogue::{Exercise, Workbook, folders, read};
use crate::failure::Failure;
use crate::page::Book;
use crate::progress::Progress;
use crate::prose::{BAD, BOLD, DIM, GOOD, WARN, count};
use crate::reports::OrderingSite;
use crate::results::tier_of;
use crate::verify::weaken::{self, Models, Weakening};
use crate::verify::{Options, workers};

/// For so long a learner waits to hear of their orderings.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known at once.
pub(crate) fn words(exercise: &Exercise, attempt: &Attempt) -> String {
    format!(
        "\n{GOOD}{}: {} passed.{GOOD:#}\n{}",
        exercise.name,
        count(attempt.results.passed.len(), "test"),
        avoided(exercise, attempt)
    )
}

/// The known wrong solutions whose tests have passed.
fn avoided(exercise: &Exercise, attempt: &Attempt) -> String {
    /// So many are named.
    const NAMED: usize = 4;

    let mut traps: Vec<Pitfall> = known(exercise)
        .into_iter()
        .filter(|trap| attempt.results.passed.contains(&trap.caught_by))
        .collect();
    // What only a model sees first: that is where the others went wrong without noticing.
    traps.sort_by_key(|trap| match tier_of(&trap.caught_by) {
        "models" => 0,
        "stress" => 1,
        _ => 2,
    });
    if traps.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nYou have kept clear of {}, for example:\n",
        match traps.len() {
            1 => "a known trap".to_owned(),
            n => format!("{n} known traps"),
        }
    );
    for trap in traps.iter().take(NAMED) {
        text.push_str(&format!(
            "  {GOOD}✓{GOOD:#} {}\n",
            trap.title.trim_end_matches('.')
        ));
    }
    text
}

fn known(exercise: &Exercise) -> Vec<Pitfall> {
    let files = fs::read_dir(exercise.differences("pitfalls"));
    let mut files: Vec<_> = files
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "patch"))
        .collect();
    files.sort();
    // One that cannot be read is the maintainer's business.
    files
        .iter()
        .filter_map(|file| Pitfall::of(&Patch::parse(&read(file).ok()?).ok()?).ok())
        .collect()
}

/// Whether an ordering is stronger than any model asks for. Empty where no model has seen one that could be weaker.
pub(crate) fn orderings(
    workbook: &Workbook,
    exercise: &Exercise,
    attempt: &Attempt,
) -> Result<String, Failure> {
    let until = Some(Instant::now() + PATIENCE);
    let tried = weaken_own(workbook, exercise, attempt, PATIENCE, until)?;
    Ok(about_orderings(&tried, &exercise.name))
}

/// Weakens each ordering of the learner's own solution, however long it takes.
pub(crate) fn weaken_mine(
    workbook: &Workbook,
    exercise: &Exercise,
    options: &Options,
) -> Result<Vec<Weakening>, Failure> {
    let order = Order {
        workbook,
        exercise,
        only: None,
        columns: None,
        compiler: Compiler::Speaks,
    };
    let attempt = attempt::run(&order, &Stop::default(), &|_| {})?.expect("nobody stops it");
    if !attempt.is_green {
        return Err(Failure::blocked(
            format!("your {} is not green yet", exercise.name),
            format!("`cargo workbook check {}` says why", exercise.name),
        ));
    }
    let tried = weaken_own(workbook, exercise, &attempt, options.limit, None)?;
    Ok(tried.weakenings)
}

fn weaken_own(
    workbook: &Workbook,
    exercise: &Exercise,
    attempt: &Attempt,
    limit: Duration,
    until: Option<Instant>,
) -> Result<weaken::Tried, Failure> {
    let Some(binary) = &attempt.binary else {
        return Ok(weaken::Tried::default());
    };
    let own = format!("src/{}", exercise.file());
    let sites_of = |orderings: &[OrderingSite]| -> BTreeSet<OrderingSite> {
        let is_own = |site: &&OrderingSite| site.file.replace('\\', "/") == own;
        orderings.iter().filter(is_own).cloned().collect()
    };
    // A test may have more than one model.
    let mut models: BTreeMap<&str, BTreeSet<OrderingSite>> = BTreeMap::new();
    for report in &attempt.reports {
        let sites = models.entry(&report.model).or_default();
        sites.extend(sites_of(&report.orderings));
    }
    let scratch = attempt::scratch(workbook, exercise)?;
    Models {
        binary,
        models: models
            .into_iter()
            .map(|(model, sites)| (model.to_owned(), sites))
            .collect(),
        text: &read(&exercise.source())?,
        scratch: &|name| scratch.join(name),
        limit,
        jobs: workers(),
        until,
    }
    .weaken_all()
}

fn about_orderings(tried: &weaken::Tried, name: &str) -> String {
    let weaken::Tried {
        weakenings,
        not_tried,
    } = tried;
    let loose: Vec<&Weakening> = weakenings.iter().filter(|it| it.is_loose()).collect();
    let mut text = String::new();
    if weakenings.is_empty() && *not_tried == 0 {
        return text;
    }
    if loose.is_empty() && *not_tried == 0 {
        text.push_str(
            "\nNo ordering is stronger than it has to be: a model notices each that is weakened.\n",
        );
    } else if !loose.is_empty() {
        text.push_str(&format!(
            "\n{} here than any model asks for. That is right as well, and may cost a little:\n",
            match loose.len() {
                1 => "An ordering is stronger".to_owned(),
                n => format!("{n} orderings are stronger"),
            }
        ));
        for Weakening {
            place,
            op,
            from,
            to,
            ..
        } in loose
        {
            text.push_str(&format!(
                "  {WARN}·{WARN:#} {}  {op}{}: {BOLD}{from}{BOLD:#} → {BOLD}{to}{BOLD:#} would do\n",
                line_of(place),
                if place.ends_with(":failure") { ", where it fails" } else { "" },
            ));
        }
    }
    if *not_tried > 0 {
        text.push_str(&format!(
            "{}{DIM}{} not tried, to keep you from waiting: cargo workbook weaken {name} --mine{DIM:#}\n",
            if text.is_empty() { "\n" } else { "" },
            match not_tried {
                1 => "One weaker ordering was".to_owned(),
                n => format!("{n} weaker orderings were"),
            }
        ));
    }
    text
}

/// `src/spin_lock.rs:77`, of a place that has a column.
fn line_of(place: &str) -> String {
    let mut parts = place.splitn(3, ':');
    let (file, line) = (parts.next().unwrap_or(place), parts.next().unwrap_or(""));
    format!("{file}:{line}")
}

/// Where to go from here.
pub(crate) fn next(
    workbook: &Workbook,
    book: &Book,
    progress: &Progress,
    exercise: &Exercise,
) -> String {
    let mut text = String::new();
    let address = book.address();
    if let Some(page) = book.of_exercise(exercise) {
        let place = |page: &crate::page::Page| match &address {
            Some(address) => address.of(page),
            None => workbook.relative(&book.source(page)),
        };
        text.push_str(&format!(
            "\nDebrief    {}, second half  {DIM}{}{}{DIM:#}\n",
            page.name(),
            place(page),
            if address.is_some() { "#debrief" } else { "" }
        ));
        if let Some(after) = book.after(page) {
            text.push_str(&format!(
                "Next page  {}  {DIM}{}{DIM:#}\n",
                after.name(),
                place(after)
            ));
        }
    } else {
        text.push('\n');
    }
    text.push_str(&format!(
        "Compare    cargo workbook check {} --difference  {DIM}(yours and {}){DIM:#}\n",
        exercise.name,
        workbook.relative(&exercise.solution_source())
    ));
    let others = folders(&exercise.solution())
        .iter()
        .any(|folder| folder.ends_with("alternatives"));
    if others {
        text.push_str(&format!(
            "           {DIM}other right ways: {}{DIM:#}\n",
            workbook.relative(&exercise.differences("alternatives"))
        ));
    }
    match progress.after(workbook, Some(exercise)) {
        Some(next) => text.push_str(&format!(
            "Exercise   {BOLD}cargo workbook check {}{BOLD:#}  {DIM}{} min · {}{DIM:#}\n",
            next.name, next.minutes, next.title
        )),
        None => text.push_str(&format!(
            "{GOOD}All {} are green.{GOOD:#}\n",
            count(workbook.exercises().count(), "exercise")
        )),
    }
    text
}

/// The way from the learner's solution to ours.
pub(crate) fn difference(workbook: &Workbook, exercise: &Exercise) -> Result<String, Failure> {
    let ours = exercise.solution_source();
    let (own, solution) = (read(&exercise.source())?, read(&ours)?);
    let diff = TextDiff::from_lines(&own, &solution);
    let names = (
        workbook.relative(&exercise.source()),
        workbook.relative(&ours),
    );
    let mut text = String::new();
    for line in diff
        .unified_diff()
        .context_radius(3)
        .header(&names.0, &names.1)
        .to_string()
        .lines()
    {
        let style = match line.as_bytes().first() {
            Some(b'-') => BAD,
            Some(b'+') => GOOD,
            Some(b'@') => DIM,
            _ => {
                text.push_str(&format!("{line}\n"));
                continue;
            }
        };
        text.push_str(&format!("{style}{line}{style:#}\n"));
    }
    if text.is_empty() {
        return Ok("It is ours, to the letter.\n".to_owned());
    }
    Ok(format!(
        "{DIM}− is yours, + is ours. Another way is not a wrong one: every test has passed.{DIM:#}\n{text}"
    ))
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    fn weakening(noticed_by: Option<&str>) -> Weakening {
        Weakening {
            place: "src/a.rs:77:14:failure".to_owned(),
            op: "compare_exchange".to_owned(),
            from: "SeqCst".to_owned(),
            to: "Acquire".to_owned(),
            noticed_by: noticed_by.map(str::to_owned),
            explained: None,
        }
    }

    #[test]
    fn an_ordering_is_called_stronger_only_if_every_model_was_asked() {
        let about = |weakenings, not_tried| {
            let tried = weaken::Tried {
                weakenings,
                not_tried,
            };
            strip_str(&about_orderings(&tried, "a")).to_string()
        };
        assert_eq!(about(Vec::new(), 0), "");
        let noticed = about(vec![weakening(Some("models::b"))], 0);
        assert!(noticed.contains("No ordering is stronger"), "{noticed}");
        let loose = about(vec![weakening(None)], 0);
        assert!(
            loose.contains(
                "src/a.rs:77  compare_exchange, where it fails: SeqCst → Acquire would do"
            ),
            "{loose}"
        );
        let hurried = about(vec![weakening(Some("models::b"))], 2);
        assert!(!hurried.contains("No ordering"), "{hurried}");
        assert!(
            hurried.contains("2 weaker orderings were not tried"),
            "{hurried}"
        );
    }
}
