//! The proof: starters compile and fail, solutions pass, and every known wrong solution is caught.
//!
//! | property | file |
//! |---|---|
//! | starter and solution differ only where they may; nobody has begun; the manifests agree | `files.rs`, `drift.rs` |
//! | hints have their three tiers | `hints.rs` |
//! | the starter compiles without a warning, and fails every test cleanly | `starter.rs` |
//! | the solution passes every test and every doctest; its models say how far they got | `solution.rs` |
//! | each pitfall is caught by the test it names, for the reason it names | `pitfall.rs`, `caught.rs` |
//! | recorded traces are current | `traces.rs` |
//! | examples print what the files beside them say | `examples.rs` |
//!
//! `mirror.rs` makes one package of each starter, solution and pitfall; here they are compiled in one go
//! and their tests are run, each in a process of its own, so that one that aborts or hangs takes no other
//! along and is known by name.

mod caught;
mod drift;
mod examples;
mod files;
pub(crate) mod hints;
pub(crate) mod mirror;
mod parallel;
mod pitfall;
pub(crate) mod proof;
mod solution;
mod starter;
mod traces;
pub(crate) mod weaken;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cargo::Built;
use crate::catalogue::{Exercise, Package, Workbook};
use crate::failure::Failure;
use crate::libtest::{Binary, Run};
use examples::Examples;
use mirror::{Mirror, Role};
pub(crate) use parallel::workers;
use pitfall::Pitfall;
use proof::{Proof, Row, Shown};

/// How to go about it.
pub(crate) struct Options {
    /// How long one test may take before it counts as hung.
    pub(crate) limit: Duration,
    /// How many tests run at a time.
    pub(crate) jobs: usize,
    /// Write the traces of caught pitfalls instead of comparing them.
    pub(crate) record: bool,
}

/// What `prove` tells while it is at work.
pub(crate) trait Watch {
    /// So many packages are to be compiled.
    fn building(&mut self, packages: usize);
    /// So many of them have been compiled.
    fn built(&mut self, packages: usize);
    /// One exercise is done.
    fn row(&mut self, row: &Row);
    /// A package of examples that belongs to no exercise is done.
    fn package(&mut self, shown: &Shown);
}

/// Proves `exercises`, and shows the examples of their solutions and of `packages`.
///
/// # Errors
///
/// Only if it could not be found out. What does not hold is in the proof.
pub(crate) fn prove(
    workbook: &Workbook,
    exercises: &[&Exercise],
    packages: &[Package],
    options: &Options,
    watch: &mut dyn Watch,
) -> Result<Proof, Failure> {
    let with_examples: Vec<Package> = workbook
        .packages_with_examples()?
        .into_iter()
        .filter(|package| {
            packages.contains(package)
                || exercises
                    .iter()
                    .any(|exercise| exercise.solution() == package.folder)
        })
        .collect();
    let pitfalls: Vec<Vec<Pitfall>> = exercises
        .iter()
        .map(|exercise| pitfall::read_all(&exercise.solution().join("pitfalls")))
        .collect();
    let mut roles = Vec::new();
    let files: Vec<_> = exercises
        .iter()
        .map(|exercise| files::standing_in(exercise))
        .collect();
    for ((exercise, pitfalls), files) in exercises.iter().zip(&pitfalls).zip(&files) {
        roles.extend(
            files
                .iter()
                .map(|(role, file)| (*exercise, role.clone(), file.as_path())),
        );
        // Without a solution there is nothing that a pitfall could be put in place of.
        if files.iter().any(|(role, _)| *role == Role::Solution) {
            roles.extend(
                pitfalls
                    .iter()
                    .filter(|pitfall| pitfall.header.is_ok())
                    .map(|pitfall| {
                        (
                            *exercise,
                            Role::Pitfall(pitfall.name.clone()),
                            pitfall.file.as_path(),
                        )
                    }),
            );
        }
    }

    let mirror = Mirror::lay_out(workbook, &roles)?;
    watch.building(roles.len());
    let built = mirror.build(|packages| watch.built(packages))?;
    let examples = Examples::build(workbook, &with_examples, options)?;
    let mut rows = Vec::new();
    for (exercise, pitfalls) in exercises.iter().zip(&pitfalls) {
        let room = Room {
            workbook,
            exercise,
            pitfalls,
            mirror: &mirror,
            built: &built,
            options,
        };
        let mut row = room.examine()?;
        if let Some(package) = with_examples
            .iter()
            .find(|package| package.folder == exercise.solution())
        {
            row.show(examples.examine(package)?);
        }
        watch.row(&row);
        rows.push(row);
    }
    let mut elsewhere = Vec::new();
    for package in packages {
        let shown = examples.examine(package)?;
        watch.package(&shown);
        elsewhere.push(shown);
    }
    Ok(Proof::of(rows, elsewhere))
}

/// Everything about one exercise, compiled and ready to be examined.
struct Room<'a> {
    workbook: &'a Workbook,
    exercise: &'a Exercise,
    pitfalls: &'a [Pitfall],
    mirror: &'a Mirror<'a>,
    built: &'a HashMap<PathBuf, Built>,
    options: &'a Options,
}

/// One test of one role.
type Job = (Role, Binary, String);

impl Room<'_> {
    fn examine(&self) -> Result<Row, Failure> {
        let mut row = Row::new(self.exercise);
        files::examine(self.workbook, self.exercise, &mut row);

        let (mut jobs, mut doctests) = (Vec::new(), None);
        for role in [Role::Starter, Role::Solution] {
            if let Some(binary) = self.binary(&role) {
                let tests = binary.tests()?;
                row.tests = tests.len();
                jobs.extend(
                    tests
                        .into_iter()
                        .map(|test| (role.clone(), binary.clone(), test)),
                );
            }
        }
        for pitfall in self.pitfalls {
            let role = Role::Pitfall(pitfall.name.clone());
            if let (Ok(header), Some(binary)) = (&pitfall.header, self.binary(&role))
                && binary.tests()?.contains(&header.caught_by)
            {
                jobs.push((role, binary, header.caught_by.clone()));
            }
        }
        let mut runs = std::thread::scope(|scope| {
            if self.binary(&Role::Solution).is_some() {
                let doctests = &mut doctests;
                scope.spawn(move || *doctests = Some(solution::doctests(self)));
            }
            parallel::map(self.options.jobs, jobs, |job| self.run(&job))
        })?;

        let of = |runs: &mut Vec<(Role, Run)>, role: &Role| -> Vec<Run> {
            runs.extract_if(.., |(of, _)| of == role)
                .map(|(_, run)| run)
                .collect()
        };
        starter::judge(self, &of(&mut runs, &Role::Starter), &mut row);
        solution::judge(self, &of(&mut runs, &Role::Solution), doctests, &mut row)?;
        for pitfall in self.pitfalls {
            let role = Role::Pitfall(pitfall.name.clone());
            let run = of(&mut runs, &role).pop();
            let caught = caught::judge(self, pitfall, run.as_ref(), &mut row);
            if let Some(run) = run.filter(|_| caught) {
                traces::examine(self, pitfall, &run, &mut row)?;
            }
        }
        caught::enough(self, &mut row);
        traces::orphans(self, &mut row)?;
        Ok(row)
    }

    fn run(&self, (role, binary, test): &Job) -> Result<(Role, Run), Failure> {
        let scratch = self.mirror.scratch(self.exercise, role, test);
        let run = binary.run(test, &scratch, self.options.limit)?;
        Ok((role.clone(), run))
    }

    fn built(&self, role: &Role) -> Option<&Built> {
        self.built.get(&self.mirror.package(self.exercise, role))
    }

    fn binary(&self, role: &Role) -> Option<Binary> {
        Some(Binary {
            executable: self.built(role)?.tiers()?,
            package: self.mirror.package(self.exercise, role),
        })
    }

    fn say(&self, path: &Path) -> String {
        self.workbook.say(path)
    }
}
