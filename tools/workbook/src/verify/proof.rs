//! What `verify` found out, for people and for programs.

use serde::Serialize;

use crate::catalogue::Exercise;

/// The whole of it. Counts first: what CI looks at.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Proof {
    pub(crate) version: u32,
    pub(crate) exercises: usize,
    pub(crate) starters_compile: usize,
    pub(crate) starters_fail: usize,
    pub(crate) solutions_pass: usize,
    pub(crate) pitfalls: usize,
    pub(crate) pitfalls_caught: usize,
    /// Right solutions of another kind.
    pub(crate) alternatives: usize,
    /// Those that pass every test.
    pub(crate) alternatives_accepted: usize,
    pub(crate) models: usize,
    pub(crate) models_exhaustive: usize,
    /// Models that pass, and in which loom sees a failure that the language does not allow.
    pub(crate) loom_objects: usize,
    pub(crate) examples: usize,
    pub(crate) examples_current: usize,
    /// How many things do not hold, in all rows and packages together.
    pub(crate) problems: usize,
    pub(crate) rows: Vec<Row>,
    /// Packages of examples that belong to no exercise.
    pub(crate) packages: Vec<Shown>,
}

/// One exercise.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) exercise: String,
    pub(crate) path: String,
    /// The tests of its `tiers` binary.
    pub(crate) tests: usize,
    /// Compiles without a warning.
    pub(crate) starter_compiles: bool,
    /// Every test fails cleanly, but for those that are given.
    pub(crate) starter_fails: bool,
    /// Every test passes, and so does every doctest.
    pub(crate) solution_passes: bool,
    pub(crate) models: Vec<Model>,
    pub(crate) pitfalls: Vec<Caught>,
    pub(crate) alternatives: Vec<Accepted>,
    /// The examples of the solution.
    pub(crate) examples: usize,
    /// Those that print what the file beside them says.
    pub(crate) examples_current: usize,
    pub(crate) problems: Vec<Problem>,
}

/// The examples of one package.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub(crate) package: String,
    pub(crate) path: String,
    pub(crate) examples: usize,
    /// Those that print what the file beside them says.
    pub(crate) examples_current: usize,
    pub(crate) problems: Vec<Problem>,
}

/// One model, run on the solution.
#[derive(Debug, Serialize)]
pub(crate) struct Model {
    pub(crate) name: String,
    /// How many states were visited: all that there are, if it passed.
    pub(crate) states: u64,
    pub(crate) passed: bool,
    /// What loom takes for a failure, if it does where the model passes.
    pub(crate) loom_objection: Option<String>,
}

/// One pitfall.
#[derive(Debug, Serialize)]
pub(crate) struct Caught {
    pub(crate) name: String,
    pub(crate) caught: bool,
    /// The test that its header names.
    pub(crate) caught_by: Option<String>,
}

/// One right solution of another kind.
#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    pub(crate) name: String,
    /// Every test passes.
    pub(crate) accepted: bool,
}

/// Something that does not hold: where, what, and what to do about it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    pub(crate) file: String,
    pub(crate) what: String,
    #[serde(rename = "do")]
    pub(crate) todo: String,
}

impl Proof {
    pub(crate) fn of(rows: Vec<Row>, packages: Vec<Shown>) -> Self {
        let count = |holds: fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
        let sum = |many: fn(&Row) -> usize| rows.iter().map(many).sum::<usize>();
        let elsewhere = |many: fn(&Shown) -> usize| packages.iter().map(many).sum::<usize>();
        Self {
            version: 1,
            exercises: rows.len(),
            starters_compile: count(|row| row.starter_compiles),
            starters_fail: count(|row| row.starter_fails),
            solutions_pass: count(|row| row.solution_passes),
            pitfalls: sum(|row| row.pitfalls.len()),
            pitfalls_caught: sum(Row::pitfalls_caught),
            alternatives: sum(|row| row.alternatives.len()),
            alternatives_accepted: sum(Row::alternatives_accepted),
            models: sum(|row| row.models.len()),
            models_exhaustive: sum(Row::models_exhaustive),
            loom_objects: sum(Row::loom_objects),
            examples: sum(|row| row.examples) + elsewhere(|shown| shown.examples),
            examples_current: sum(|row| row.examples_current)
                + elsewhere(|shown| shown.examples_current),
            problems: sum(|row| row.problems.len()) + elsewhere(|shown| shown.problems.len()),
            rows,
            packages,
        }
    }
}

impl Row {
    pub(crate) fn new(exercise: &Exercise) -> Self {
        Self {
            exercise: exercise.name.clone(),
            path: exercise.path.display().to_string().replace('\\', "/"),
            tests: 0,
            starter_compiles: false,
            starter_fails: false,
            solution_passes: false,
            models: Vec::new(),
            pitfalls: Vec::new(),
            alternatives: Vec::new(),
            examples: 0,
            examples_current: 0,
            problems: Vec::new(),
        }
    }

    /// Notes what became of the solution's examples.
    pub(crate) fn show(&mut self, shown: Shown) {
        self.examples = shown.examples;
        self.examples_current = shown.examples_current;
        self.problems.extend(shown.problems);
    }

    pub(crate) fn pitfalls_caught(&self) -> usize {
        self.pitfalls
            .iter()
            .filter(|pitfall| pitfall.caught)
            .count()
    }

    pub(crate) fn alternatives_accepted(&self) -> usize {
        let accepted = |alternative: &&Accepted| alternative.accepted;
        self.alternatives.iter().filter(accepted).count()
    }

    pub(crate) fn models_exhaustive(&self) -> usize {
        self.models.iter().filter(|model| model.passed).count()
    }

    fn loom_objects(&self) -> usize {
        let objects = |model: &&Model| model.loom_objection.is_some();
        self.models.iter().filter(objects).count()
    }

    pub(crate) fn problem(
        &mut self,
        file: impl Into<String>,
        what: impl Into<String>,
        todo: impl Into<String>,
    ) {
        self.problems.push(Problem {
            file: file.into(),
            what: what.into(),
            todo: todo.into(),
        });
    }
}
