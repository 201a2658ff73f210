//! The proof: starters compile and fail, solutions pass, and every known wrong solution is caught.
//!
//! | property | file |
//! |---|---|
//! | starter and solution differ only where they may; the manifests agree | `files.rs`, `drift.rs` |
//! | nobody has begun; the starter and what leads to it agree | `begin.rs` |
//! | every pitfall and alternative says something new, is formatted, and applies where it says | `differences.rs`, `formatted.rs` |
//! | hints have their three tiers | `hints.rs` |
//! | the starter compiles without a warning, and fails every test cleanly | `starter.rs` |
//! | the solution passes every test and every doctest; its models say how far they got | `solution.rs` |
//! | each pitfall is caught by the test it names, for the reason it names | `caught.rs` |
//! | each alternative passes every test | `accepted.rs` |
//! | recorded traces are current | `traces.rs` |
//! | examples print what the files beside them say | `examples.rs` |
//!
//! `variant.rs` applies the differences, `mirror.rs` makes one package of each; here they are compiled in one go
//! and their tests are run, each in a process of its own, so that one that aborts or hangs takes no other
//! along and is known by name.

mod accepted;
mod begin;
mod caught;
mod differences;
mod drift;
mod examples;
mod files;
mod formatted;
pub(crate) mod hints;
mod mirror;
mod parallel;
pub(crate) mod proof;
mod solution;
mod starter;
mod traces;
mod variant;
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
use patches::Sources;
use proof::{Proof, Row, Shown};
use variant::{Alternative, Pitfall};

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
    let materials: Vec<Material> = exercises.iter().copied().map(Material::of).collect();
    let roles: Vec<(&Exercise, Role, &Sources)> = exercises
        .iter()
        .zip(&materials)
        .flat_map(|(exercise, material)| material.roles(exercise))
        .collect();

    let mirror = Mirror::lay_out(workbook, &roles)?;
    let differing: Vec<PathBuf> = exercises
        .iter()
        .zip(&materials)
        .flat_map(|(exercise, material)| material.differing(exercise, &mirror))
        .collect();
    let unformatted = formatted::find(workbook, &differing);
    watch.building(roles.len());
    let built = mirror.build(|packages| watch.built(packages))?;
    let examples = Examples::build(workbook, &with_examples, options)?;
    let mut rows = Vec::new();
    for (exercise, material) in exercises.iter().zip(&materials) {
        let room = Room {
            workbook,
            exercise,
            solution: &material.solution,
            starter: material.starter.as_ref(),
            pitfalls: &material.pitfalls,
            alternatives: &material.alternatives,
            mirror: &mirror,
            built: &built,
            unformatted: &unformatted,
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

/// What an exercise is made of, read and not yet compiled.
struct Material {
    /// Empty, if there is none.
    solution: Sources,
    starter: Option<Sources>,
    pitfalls: Vec<Pitfall>,
    alternatives: Vec<Alternative>,
}

impl Material {
    fn of(exercise: &Exercise) -> Self {
        let solution = exercise.solution_sources().unwrap_or_default();
        Self {
            starter: begin::sources(exercise),
            pitfalls: variant::read_all(
                &exercise.differences("pitfalls"),
                &solution,
                patches::Pitfall::of,
            ),
            alternatives: variant::read_all(
                &exercise.differences("alternatives"),
                &solution,
                patches::Alternative::of,
            ),
            solution,
        }
    }

    /// The files in the mirror that a pitfall or an alternative changes.
    fn differing(&self, exercise: &Exercise, mirror: &Mirror<'_>) -> Vec<PathBuf> {
        let pitfalls = self.pitfalls.iter().filter_map(|it| {
            let read = it.read.as_ref().ok()?;
            Some((Role::Pitfall(it.name.clone()), &read.patch))
        });
        let alternatives = self.alternatives.iter().filter_map(|it| {
            let read = it.read.as_ref().ok()?;
            Some((Role::Alternative(it.name.clone()), &read.patch))
        });
        let files = |(role, patch): (Role, &patches::Patch)| {
            let sources = mirror.package(exercise, &role).join("src");
            let names: Vec<_> = patch
                .difference()
                .files()
                .map(|name| sources.join(name))
                .collect();
            names
        };
        pitfalls.chain(alternatives).flat_map(files).collect()
    }

    /// What of it can be compiled.
    fn roles<'a>(&'a self, exercise: &'a Exercise) -> Vec<(&'a Exercise, Role, &'a Sources)> {
        if !exercise.folder().join("tests/tiers/main.rs").is_file() {
            return Vec::new();
        }
        let mut roles = Vec::new();
        roles.extend(self.starter.iter().map(|it| (Role::Starter, it)));
        if exercise.solution().join("Cargo.toml").is_file()
            && self.solution.contains_key(&exercise.file())
        {
            roles.push((Role::Solution, &self.solution));
            let alternatives = self.alternatives.iter().filter_map(|it| {
                let read = it.read.as_ref().ok()?;
                Some((Role::Alternative(it.name.clone()), &read.sources))
            });
            let pitfalls = self.pitfalls.iter().filter_map(|it| {
                let read = it.read.as_ref().ok()?;
                Some((Role::Pitfall(it.name.clone()), &read.sources))
            });
            roles.extend(alternatives.chain(pitfalls));
        }
        roles
            .into_iter()
            .map(|(role, sources)| (exercise, role, sources))
            .collect()
    }
}

/// Everything about one exercise, compiled and ready to be examined.
struct Room<'a> {
    workbook: &'a Workbook,
    exercise: &'a Exercise,
    solution: &'a Sources,
    starter: Option<&'a Sources>,
    pitfalls: &'a [Pitfall],
    alternatives: &'a [Alternative],
    mirror: &'a Mirror<'a>,
    built: &'a HashMap<PathBuf, Built>,
    /// Files of the mirror that rustfmt would change.
    unformatted: &'a [formatted::Place],
    options: &'a Options,
}

/// One test of one role.
type Job = (Role, Binary, String);

impl Room<'_> {
    fn examine(&self) -> Result<Row, Failure> {
        let mut row = Row::new(self.exercise);
        files::examine(self.workbook, self.exercise, self.starter, &mut row);
        begin::examine(self, &mut row)?;
        differences::examine(self, &mut row)?;
        formatted::judge(self, &mut row);

        let (mut jobs, mut doctests) = (Vec::new(), None);
        let alternatives = self.alternatives.iter();
        let alternatives = alternatives.map(|it| Role::Alternative(it.name.clone()));
        for role in [Role::Starter, Role::Solution]
            .into_iter()
            .chain(alternatives)
        {
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
            if let (Ok(header), Some(binary)) = (pitfall.header(), self.binary(&role))
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
        for alternative in self.alternatives {
            let role = Role::Alternative(alternative.name.clone());
            accepted::judge(self, alternative, &of(&mut runs, &role), &mut row);
        }
        accepted::enough(self, &mut row);
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

    /// Why a pitfall or an alternative has no binary, if it has none, and what to do about it.
    fn not_compiled(&self, role: &Role) -> Option<(String, String)> {
        if self.binary(role).is_some() {
            return None;
        }
        Some(match self.built(role).and_then(|built| built.errors.first()) {
            Some(error) => (
                format!("does not compile:\n{}", error.trim_end()),
                "it is a program that a learner could run: make it compile".to_owned(),
            ),
            None => (
                "was not compiled: the solution is missing, or something that it needs did not compile"
                    .to_owned(),
                "see what cargo says above".to_owned(),
            ),
        })
    }

    fn say(&self, path: &Path) -> String {
        self.workbook.say(path)
    }
}
