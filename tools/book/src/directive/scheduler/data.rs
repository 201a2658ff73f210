//! A recorded level, as `book/data/scheduler/LEVEL.json` has it: what `tools/scheduler` has found in a program.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Level {
    version: u32,
    level: String,
    /// What the reader is to bring about.
    pub(super) goal: String,
    /// What went wrong when it has come about.
    pub(super) lesson: String,
    /// Why the fixed program does not let it.
    pub(super) cure: String,
    pub(super) broken: Program,
    pub(super) fixed: Program,
}

/// A program, and all of its schedules.
#[derive(Deserialize)]
pub(super) struct Program {
    /// How many there are.
    pub(super) all: u64,
    /// How many of them break the program.
    pub(super) breaking: u64,
    losing: Option<Vec<usize>>,
    pub(super) source: Vec<Part>,
    pub(super) threads: Vec<String>,
    places: Vec<(usize, String, Value)>,
    texts: Vec<String>,
    nodes: Vec<(Vec<usize>, Vec<usize>, Value)>,
}

/// A function of the program.
#[derive(Deserialize)]
pub(super) struct Part {
    pub(super) file: String,
    pub(super) lines: Vec<String>,
}

/// One step of a schedule.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) thread: usize,
    /// Where it stands in the lines that are shown; 0 if it is not shown.
    pub(super) line: usize,
    /// What came of it.
    pub(super) effect: String,
}

impl Level {
    pub(super) fn read(json: &str, name: &str) -> Result<Self> {
        let level: Self = serde_json::from_str(json)?;
        ensure!(level.version == 1, "unknown version {}", level.version);
        ensure!(
            level.level == name,
            "this is the level {:?}, not {name:?}",
            level.level
        );
        ensure!(
            level.broken.breaking > 0,
            "no schedule breaks the broken program"
        );
        ensure!(
            level.fixed.breaking == 0,
            "a schedule breaks the fixed program"
        );
        Ok(level)
    }
}

impl Program {
    /// The steps of a schedule that breaks the program, and what it ends with.
    pub(super) fn losing(&self) -> Result<(Vec<Step>, String)> {
        let mut node = 0;
        let mut steps = Vec::new();
        let choices = self.losing.as_ref().context("no schedule breaks it")?;
        for &choice in choices {
            let (step, next) = self
                .step(node, choice)
                .with_context(|| format!("node {node} has no choice {choice}"))?;
            steps.push(step);
            node = next;
        }
        let end = self.nodes.get(node).and_then(|it| it.2.get(1)?.as_str());
        let end = end.with_context(|| format!("node {node} is no end"))?;
        Ok((steps, end.to_owned()))
    }

    fn step(&self, node: usize, choice: usize) -> Option<(Step, usize)> {
        let (_, places, numbers) = self.nodes.get(node)?;
        let number = |at: usize| Some(numbers.get(4 * choice + at)?.as_u64()? as usize);
        let thread = number(0)?;
        let step = Step {
            thread,
            line: self.places.get(*places.get(thread)?)?.0,
            effect: self.texts.get(number(2)?)?.clone(),
        };
        (thread < self.threads.len()).then_some(())?;
        Some((step, number(1)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(losing: &str) -> String {
        let program = |breaking, losing| {
            format!(
                "{{\"all\": 1, \"breaking\": {breaking}, \"losing\": {losing}, \"source\": [], \
                 \"threads\": [\"main\", \"A\"], \"places\": [[3, \"x\", 0]], \"texts\": [\"\", \"did\"], \
                 \"nodes\": [[[], [0, 0], [1, 1, 1, 0]], [[], [0, 0], [\"failed\", \"dead\", 3]]]}}"
            )
        };
        format!(
            "{{\"version\": 1, \"level\": \"x\", \"goal\": \"\", \"lesson\": \"\", \"cure\": \"\", \
             \"broken\": {}, \"fixed\": {}}}",
            program(1, losing),
            program(0, "null")
        )
    }

    #[test]
    fn a_losing_schedule_is_followed_to_its_end() {
        let (steps, end) = Level::read(&level("[0]"), "x")
            .unwrap()
            .broken
            .losing()
            .unwrap();
        assert_eq!((steps.len(), steps[0].thread, steps[0].line), (1, 1, 3));
        assert_eq!((steps[0].effect.as_str(), end.as_str()), ("did", "dead"));
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        let told = |json: &str, name| match Level::read(json, name) {
            Err(error) => error.to_string(),
            Ok(level) => level.broken.losing().unwrap_err().to_string(),
        };
        assert_eq!(
            told(&level("[0]"), "y"),
            "this is the level \"x\", not \"y\""
        );
        assert_eq!(told(&level("[1]"), "x"), "node 0 has no choice 1");
        assert_eq!(told(&level("[]"), "x"), "node 0 is no end");
    }
}
