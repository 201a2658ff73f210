//! A level as JSON: what the book plays. One line for each node, so that a change is legible.
//!
//! Texts are kept once, in tables, and nodes refer to them by number:
//!
//! | key | holds |
//! |---|---|
//! | `all`, `breaking` | how many schedules there are, and how many of them break the program |
//! | `losing` | the choices of one that does, from node 0 on; `null` if none does |
//! | `source` | `{file, lines}`: the functions that are shown. Their lines are counted through, from 1 |
//! | `objects`, `threads` | their names |
//! | `values` | what an object holds |
//! | `places` | `[line, next step, why it is blocked]`, with 0 for no line and for not blocked |
//! | `texts` | labels and effects of choices; the first is empty |
//! | `nodes` | `[values of the objects, places of the threads, choices]` |
//!
//! The choices of a node are four numbers each: thread, next node, effect, label. A node where the program has
//! ended has, instead, `["finished" | "stuck" | "failed" | "race", text, line]`.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::graph::{Graph, Node, Outcome, Stopped};
use crate::level::Level;
use crate::source::{Part, Sources, normal, root};

/// Where the levels are kept, as `LEVEL.json`.
pub fn folder() -> PathBuf {
    root().join("book/data/scheduler")
}

/// The JSON of a level.
///
/// # Panics
///
/// Panics if the broken program cannot be broken, or the fixed one can.
pub fn level(level: &Level) -> String {
    let [broken, fixed] = level.explore();
    assert!(
        broken.schedules().1 > 0,
        "{}: no schedule breaks the broken program",
        level.name
    );
    assert_eq!(
        fixed.schedules().1,
        0,
        "{}: a schedule breaks the fixed program",
        level.name
    );
    format!(
        "{{\n\"version\": 1,\n\"level\": {},\n\"goal\": {},\n\"lesson\": {},\n\"cure\": {},\n\
         \"broken\": {},\n\"fixed\": {}\n}}\n",
        json!(level.name),
        json!(level.goal),
        json!(level.lesson),
        json!(level.cure),
        program(&broken, level.also),
        program(&fixed, level.also),
    )
}

fn program(graph: &Graph, also: &[&str]) -> String {
    // What has nothing to show is left out: the `()` in a lock that protects something beside it.
    let objects: Vec<usize> = (0..graph.objects.len())
        .filter(|&object| graph.nodes.iter().any(|it| !shown(it, object).is_empty()))
        .collect();
    let names: Vec<&str> = objects
        .iter()
        .map(|&it| graph.objects[it].as_str())
        .collect();
    let places: BTreeSet<(String, u32)> = graph.nodes.iter().flat_map(places_of).collect();
    let parts = Sources::default().functions(&places, also);
    let mut tables = Tables::default();
    tables.texts.number(json!(""));
    let nodes: Vec<String> = graph
        .nodes
        .iter()
        .map(|it| node(it, &objects, &parts, &mut tables).to_string())
        .collect();
    let (all, breaking) = graph.schedules();
    let source: Vec<Value> = parts
        .iter()
        .map(|part| json!({"file": part.file, "lines": part.lines}))
        .collect();
    format!(
        "{{\n\"all\": {all}, \"breaking\": {breaking}, \"losing\": {},\n\"source\": {},\n\"objects\": {},\n\
         \"threads\": {},\n\"values\": {},\n\"places\": {},\n\"texts\": {},\n\"nodes\": [\n{}\n]}}",
        json!(graph.losing()),
        json!(source),
        json!(names),
        json!(graph.threads),
        json!(tables.values.all),
        json!(tables.places.all),
        json!(tables.texts.all),
        nodes.join(",\n"),
    )
}

/// The lines that threads stop before, and the one that a failure names.
fn places_of(node: &Node) -> Vec<(String, u32)> {
    let mut places: Vec<(String, u32)> = node
        .threads
        .iter()
        .filter_map(|thread| thread.place)
        .map(|place| (normal(place.file()), place.line()))
        .collect();
    if let Some(Outcome::Failed(_, file, line) | Outcome::Race(_, file, line)) = &node.outcome {
        places.push((normal(file), *line));
    }
    places
}

/// What an object holds; nothing if it is not made yet.
fn shown(node: &Node, object: usize) -> &str {
    node.values.get(object).map_or("", String::as_str)
}

fn node(node: &Node, objects: &[usize], parts: &[Part], tables: &mut Tables) -> Value {
    let values: Vec<usize> = objects
        .iter()
        .map(|&object| tables.values.number(json!(shown(node, object))))
        .collect();
    let places: Vec<usize> = node
        .threads
        .iter()
        .map(|thread| tables.places.number(place(thread, parts)))
        .collect();
    let last = match &node.outcome {
        Some(outcome) => ending(outcome, parts),
        None => {
            let edges = node.edges.iter().flat_map(|edge| {
                let effect = tables.texts.number(json!(edge.effect));
                let label = tables.texts.number(json!(edge.label));
                [edge.thread, edge.to, effect, label]
            });
            json!(edges.collect::<Vec<usize>>())
        }
    };
    json!([values, places, last])
}

fn place(thread: &Stopped, parts: &[Part]) -> Value {
    let line = thread
        .place
        .map_or(0, |place| line(&normal(place.file()), place.line(), parts));
    let blocked = thread.blocked.as_ref().map_or(json!(0), |why| json!(why));
    json!([line, thread.text, blocked])
}

fn ending(outcome: &Outcome, parts: &[Part]) -> Value {
    match outcome {
        Outcome::Finished => json!(["finished"]),
        Outcome::Stuck(why) => json!(["stuck", why]),
        Outcome::Failed(what, file, number) => {
            json!(["failed", what, line(&normal(file), *number, parts)])
        }
        Outcome::Race(what, file, number) => {
            json!(["race", what, line(&normal(file), *number, parts)])
        }
    }
}

/// Which of the shown lines that is, counted through from 1; 0 if it is not shown.
fn line(file: &str, number: u32, parts: &[Part]) -> usize {
    let mut before = 0;
    for part in parts {
        let lines = part.lines.len();
        if part.file == file && (part.first..part.first + lines as u32).contains(&number) {
            return before + (number - part.first) as usize + 1;
        }
        before += lines;
    }
    0
}

/// Values that are written once and referred to by number.
#[derive(Default)]
struct Table {
    all: Vec<Value>,
    numbers: HashMap<String, usize>,
}

impl Table {
    fn number(&mut self, value: Value) -> usize {
        let next = self.all.len();
        let number = *self.numbers.entry(value.to_string()).or_insert(next);
        if number == next {
            self.all.push(value);
        }
        number
    }
}

#[derive(Default)]
struct Tables {
    values: Table,
    places: Table,
    texts: Table,
}
