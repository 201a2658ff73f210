//! A check on the models: weaken each ordering of a solution in turn, and see whether a model notices.
//!
//! An ordering that can be weakened without any model noticing is stronger than it has to be, or guards
//! something that no model looks at. Where that is known and meant, a comment says so, in the statement or
//! right above it: `// Not modelled: …`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::mirror::{Mirror, Role};
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
    let source = exercise.solution().join("src").join(exercise.file());
    let text = read(&source)?;
    let sources = exercise.solution_sources()?;
    let mirror = Mirror::lay_out(workbook, &[(exercise, Role::Solution, &sources)])?;
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

    let jobs: Vec<(OrderingSite, String)> = sites
        .into_iter()
        .flat_map(|site| {
            site.weaker
                .clone()
                .into_iter()
                .map(move |to| (site.clone(), to))
        })
        .collect();
    parallel::map(options.jobs, jobs, |(site, to)| {
        let weaken = format!("{}={to}", site.weaken);
        let mut noticed_by = None;
        for test in &tests {
            let scratch = scratch(&format!(
                "weaken/{}/{test}",
                weaken.replace(['/', ':'], ".")
            ));
            let run = binary.run_weakened(Some(&weaken), test, &scratch, options.limit)?;
            if run.ending != Ending::Passed {
                noticed_by = Some(test.clone());
                break;
            }
        }
        Ok(Weakening {
            explained: explanation(&text, site.line),
            place: site.weaken,
            op: site.op,
            from: site.ordering,
            to,
            noticed_by,
        })
    })
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
