//! Levels of *Be the scheduler*: what is on the page without JavaScript, and what is not in the search.

mod common;

use common::Repository;

const PAGE: &str = "book/src/index.md";
const LEVEL: &str = "book/data/scheduler/zebra.json";

fn repository() -> Repository {
    let repository = Repository::new("repository");
    let program = |breaking: u32, losing: &str, file: &str| {
        serde_json::json!({
            "all": 6, "breaking": breaking, "losing": serde_json::from_str::<serde_json::Value>(losing).unwrap(),
            "source": [{"file": file, "lines": ["fn program() {", "    gallop();", "}"]}],
            "objects": ["hits"], "threads": ["main", "A"], "values": ["0"],
            "places": [[0, "", 0], [2, "load `hits`", 0]], "texts": ["", "reads 0 from `hits`"],
            "nodes": [[[0], [0, 1], [1, 1, 1, 0]], [[0], [0, 0], ["stuck", "A waits for Godot"]]],
        })
    };
    let level = serde_json::json!({
        "version": 1, "level": "zebra", "goal": "Stop the `zebra`.", "lesson": "Okapi.", "cure": "Quagga.",
        "broken": program(4, "[0]", "src/broken.rs"), "fixed": program(0, "null", "src/fixed.rs"),
    });
    repository.write(LEVEL, level.to_string());
    repository.write(PAGE, "# Page\n\n{{#scheduler zebra}}\n");
    repository
}

#[test]
fn a_level_reads_without_javascript() {
    let repository = repository();
    assert!(repository.build(&["--out", "out"]).status.success());
    let html = repository.read("out/index.html");
    let (start, frames) = html
        .split_once("<details class=\"unindexed\"")
        .expect("a folded answer");
    for part in [
        "Stop the <code>zebra</code>.",
        "src/broken.rs",
        "gallop",
        "There are 6 schedules. 4 of them break the program.",
    ] {
        assert!(start.contains(part), "no {part} in\n{start}");
    }
    for part in [
        "2: reads 0 from",
        "A waits for Godot",
        "Okapi.",
        "src/fixed.rs",
        "Quagga.",
    ] {
        assert!(frames.contains(part), "no {part} in\n{frames}");
    }
}

#[test]
fn the_answer_stands_in_attributes_only() {
    let repository = repository();
    assert!(repository.build(&["--out", "out"]).status.success());
    let html = repository.read("out/index.html");
    // Attributes have their quotes escaped: every other piece between quotes is text of the page.
    let text: String = html.split('"').step_by(2).collect();
    assert!(html.contains("Okapi") && html.contains("Quagga"));
    assert!(!text.contains("Okapi") && !text.contains("Quagga") && !text.contains("Godot"));
}

#[test]
fn a_level_that_is_missing_or_does_not_hold_together_fails() {
    let repository = repository();
    repository.write(PAGE, "# Page\n\n{{#scheduler horse}}\n");
    let told = repository.failure(&[]);
    assert!(
        told.contains("index.md:3: no file book/data/scheduler/horse.json"),
        "{told}"
    );
    repository.write(PAGE, "# Page\n\n{{#scheduler zebra}}\n");
    let level = repository
        .read(LEVEL)
        .replace("\"losing\":[0]", "\"losing\":[7]");
    repository.write(LEVEL, level);
    let told = repository.failure(&[]);
    assert!(
        told.contains("index.md:3: book/data/scheduler/zebra.json: node 0 has no choice 7"),
        "{told}"
    );
}
