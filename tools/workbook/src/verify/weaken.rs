//! A check on the models: weaken each ordering of a solution in turn, and see whether a model notices.
//!
//! An ordering that can be weakened without any model noticing is stronger than it has to be, or guards
//! something that no model looks at. Where that is known and meant, a comment says so, in the statement or
//! right above it: `// Not modelled: …`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::mirror::{Mirror, Role, StandIn};
use super::{Options, parallel};
use crate::catalogue::{Exercise, Workbook, read};
use crate::failure::Failure;
use crate::libtest::{Binary, Ending};
use crate::reports::{self, OrderingSite};

/// How a comment begins that explains why no model notices.
pub(crate) const MARKER: &str = "// Not modelled: ";

/// One ordering, weakened by one step.
#[derive(Debug, Serialize)]
pub(crate) struct Weakening {
    /// `src/spin_lock.rs:47:14`
    pub(crate) place: String,
    pub(crate) op: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// The first test that fails.
    pub(crate) noticed_by: Option<String>,
    /// The reason that the source gives for its not being noticed.
    pub(crate) explained: Option<String>,
}

impl Weakening {
    /// Nobody notices, and nobody says why.
    pub(crate) fn is_loose(&self) -> bool {
        self.noticed_by.is_none() && self.explained.is_none()
    }
}

/// Weakens every ordering in the exercise's solution.
pub(crate) fn all(
    workbook: &Workbook,
    exercise: &Exercise,
    options: &Options,
) -> Result<Vec<Weakening>, Failure> {
    let source = exercise.solution_source();
    let text = read(&source)?;
    let sources = exercise.solution_sources()?;
    let mirror = Mirror::lay_out(
        workbook,
        &[StandIn {
            exercise,
            role: Role::Solution,
            sources: &sources,
            only: None,
        }],
    )?;
    let package = mirror.package(exercise, &Role::Solution);
    let built = mirror.build(|_| {})?.remove(&package).unwrap_or_default();
    let Some(executable) = built.tiers() else {
        let error = built
            .errors
            .first()
            .map_or("its reason stands above", |error| error.trim_end());
        return Err(Failure::blocked(
            format!(
                "the solution of {} does not compile:\n{error}",
                exercise.name
            ),
            "make it compile first",
        ));
    };
    let binary = Binary {
        executable,
        package,
    };
    let mut tests = binary.tests()?;
    tests.retain(|test| test.starts_with("models::"));

    let scratch = |test: &str| mirror.scratch(exercise, &Role::Solution, test);
    let mut sites = BTreeSet::new();
    for test in &tests {
        let run = binary.run(test, &scratch(test), options.limit)?;
        if run.ending != Ending::Passed {
            return Err(Failure::blocked(
                format!("`{test}` fails on the solution as it is"),
                format!("`cargo workbook verify {}` says why", exercise.name),
            ));
        }
        let reports = reports::read_all(&run.reports)?;
        let own = Path::new("src").join(exercise.file());
        let orderings = reports.into_iter().flat_map(|report| report.orderings);
        sites.extend(orderings.filter(|site| Path::new(&site.file) == own));
    }

    // Of our own solutions every model is asked: whether one of them sees an ordering is not taken for granted.
    let models = tests
        .into_iter()
        .map(|test| (test, sites.clone()))
        .collect();
    Models {
        binary: &binary,
        models,
        text: &text,
        scratch: &|name| scratch(name),
        limit: options.limit,
        jobs: options.jobs,
        until: None,
    }
    .weaken_all()
    .map(|tried| tried.weakenings)
}

/// The models of an exercise, all of which pass, and the orderings that each has seen.
pub(crate) struct Models<'a> {
    pub(crate) binary: &'a Binary,
    pub(crate) models: Vec<(String, BTreeSet<OrderingSite>)>,
    /// The source that names the orderings.
    pub(crate) text: &'a str,
    /// A folder for the output of one run, by a name of ours.
    pub(crate) scratch: &'a (dyn Fn(&str) -> PathBuf + Sync),
    /// How long one run may take before it counts as hung.
    pub(crate) limit: Duration,
    pub(crate) jobs: usize,
    /// What has no answer by then is left out.
    pub(crate) until: Option<Instant>,
}

/// What became of each ordering.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    pub(crate) weakenings: Vec<Weakening>,
    /// How many had no answer in time.
    pub(crate) not_tried: usize,
}

impl Models<'_> {
    /// Weakens each ordering by one step, and asks the models that have seen it.
    pub(crate) fn weaken_all(&self) -> Result<Tried, Failure> {
        let sites: BTreeSet<&OrderingSite> =
            self.models.iter().flat_map(|(_, sites)| sites).collect();
        let jobs: Vec<(&OrderingSite, &String)> = sites
            .into_iter()
            .flat_map(|site| site.weaker.iter().map(move |to| (site, to)))
            .collect();
        let all = jobs.len();
        let weakenings = parallel::map(self.jobs, jobs, |(site, to)| self.weaken(site, to))?;
        let weakenings: Vec<Weakening> = weakenings.into_iter().flatten().collect();
        Ok(Tried {
            not_tried: all - weakenings.len(),
            weakenings,
        })
    }

    fn weaken(&self, site: &OrderingSite, to: &str) -> Result<Option<Weakening>, Failure> {
        let weaken = format!("{}={to}", site.weaken);
        let mut noticed_by = None;
        for (test, sites) in &self.models {
            if !sites.contains(site) {
                continue;
            }
            let left = match self
                .until
                .map(|until| until.checked_duration_since(Instant::now()))
            {
                None => self.limit,
                Some(Some(left)) => left.min(self.limit),
                Some(None) => return Ok(None),
            };
            let name = format!("weaken/{}/{test}", weaken.replace(['/', ':'], "."));
            let scratch = (self.scratch)(&name);
            let run = self
                .binary
                .run_weakened(Some(&weaken), test, &scratch, left)?;
            match run.ending {
                Ending::Passed => {}
                // Whether it would have hung, nobody knows.
                Ending::Hung if self.until.is_some_and(|until| Instant::now() >= until) => {
                    return Ok(None);
                }
                _ => {
                    noticed_by = Some(test.clone());
                    break;
                }
            }
        }
        Ok(Some(Weakening {
            explained: explanation(self.text, site.line),
            place: site.weaken.clone(),
            op: site.op.clone(),
            from: site.ordering.clone(),
            to: to.to_owned(),
            noticed_by,
        }))
    }
}

/// What a comment in the statement at `line`, or right above it, says after [`MARKER`].
fn explanation(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let (last, above) = lines.split_last()?;
    let is_another_statement = |line: &str| {
        let code = line.split("//").next().unwrap_or("").trim_end();
        !line.trim_start().starts_with("//") && (code.is_empty() || code.ends_with([';', '{', '}']))
    };
    let above = above
        .iter()
        .rev()
        .take_while(|line| !is_another_statement(line));
    std::iter::once(last)
        .chain(above)
        .find_map(|line| line.split_once(MARKER))
        .map(|(_, reason)| reason.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_stands_in_the_statement_or_right_above_it() {
        let text = "fn f() {\n    // Not modelled: one reason.\n    // More.\n    self.locked\n        .load(Acquire);\n\
                    \n    self.b.store(1, Release); // Not modelled: another.\n    self.c.load(Acquire);\n}\n";
        assert_eq!(explanation(text, 5).as_deref(), Some("one reason."));
        assert_eq!(explanation(text, 7).as_deref(), Some("another."));
        assert_eq!(explanation(text, 8), None);
        assert_eq!(explanation(text, 1), None);
    }
}
