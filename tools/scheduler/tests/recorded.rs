//! What the book plays is what the programs do. To write it anew: `cargo run -p scheduler`.

use std::collections::BTreeSet;
use std::fs;

use scheduler::{LEVELS, record};

#[test]
fn recorded_levels_are_current() {
    for level in LEVELS {
        let path = record::folder().join(level.name).with_extension("json");
        let kept = fs::read_to_string(&path).unwrap_or_default();
        // A checkout may have other line ends.
        let kept = kept.replace("\r\n", "\n");
        let fresh = record::level(level);
        let differs = fresh
            .lines()
            .zip(kept.lines().chain(std::iter::repeat("")))
            .position(|(fresh, kept)| fresh != kept);
        let shorter = fresh.lines().count() < kept.lines().count();
        assert!(
            differs.is_none() && !shorter,
            "book/data/scheduler/{}.json is not what the programs do now, from line {} on; \
             `cargo run -p scheduler` writes it anew",
            level.name,
            differs.map_or(0, |line| line + 1)
        );
    }
}

#[test]
fn nothing_else_is_recorded() {
    let names: BTreeSet<String> = LEVELS
        .iter()
        .map(|it| format!("{}.json", it.name))
        .collect();
    let found: BTreeSet<String> = fs::read_dir(record::folder())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, names, "in book/data/scheduler");
}
