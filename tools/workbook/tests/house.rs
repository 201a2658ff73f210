//! The rules of ARCHITECTURE.md that can be read off the files: who depends on whom, and what stands once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("../..").canonicalize().unwrap()
}

/// The packages two folders below `folder`: `exercises/02_mutex_guards/01_spin_lock`.
fn packages(folder: &str) -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let chapters = below(&root().join(folder));
    let mut packages: Vec<PathBuf> = chapters.iter().flat_map(|it| below(it)).collect();
    packages.retain(|folder| folder.join("Cargo.toml").is_file());
    packages.sort();
    packages
}

fn manifest(package: &Path) -> Table {
    let file = package.join("Cargo.toml");
    let text = fs::read_to_string(&file).unwrap();
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What it depends on, in the tables of these names.
fn dependencies(package: &Path, tables: &[&str]) -> BTreeSet<String> {
    let manifest = manifest(package);
    let names = |table: &&str| -> Vec<String> {
        let table = manifest.get(*table).and_then(Value::as_table);
        table
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    tables.iter().flat_map(names).collect()
}

const ALL: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

#[test]
fn an_exercise_needs_lanes_and_small_crates_and_no_tool() {
    let tools: BTreeSet<String> = tools().into_iter().map(|(name, _)| name).collect();
    let exercises = packages("exercises");
    assert!(exercises.len() >= 30, "{exercises:?}");
    for exercise in exercises {
        let what = exercise.display();
        let run = dependencies(&exercise, &["dependencies", "build-dependencies"]);
        assert!(
            !exercise.join("build.rs").exists(),
            "{what} has a build script"
        );
        for name in dependencies(&exercise, &ALL) {
            let is_lanes = ["lanes", "lanes-std"].contains(&name.as_str());
            assert!(
                is_lanes || !tools.contains(&name),
                "{what} depends on the tool {name}"
            );
            assert!(!name.ends_with("_solution"), "{what} depends on {name}");
        }
        assert!(
            !run.contains("lanes"),
            "{what}: the checker is for its tests"
        );
    }
}

#[test]
fn tests_stand_in_the_exercise_and_differences_in_the_solution() {
    for exercise in packages("exercises") {
        let path = exercise.strip_prefix(root().join("exercises")).unwrap();
        let solution = root().join("solutions").join(path);
        let what = solution.display();
        assert!(
            !solution.join("tests").exists(),
            "{what} has tests of its own"
        );
        assert!(
            !solution.join("starter.rs").exists(),
            "{what} repeats its starter"
        );
        for kind in ["pitfalls", "alternatives"] {
            let files = fs::read_dir(solution.join(kind)).into_iter().flatten();
            for file in files.map(|file| file.unwrap().path()) {
                let is_patch = file.extension().is_some_and(|it| it == "patch");
                assert!(is_patch, "{} is no difference", file.display());
            }
        }
    }
}

/// The tools: their names, and what they depend on among themselves.
fn tools() -> Vec<(String, BTreeSet<String>)> {
    let tools = fs::read_dir(root().join("tools")).unwrap();
    let mut tools: Vec<PathBuf> = tools.map(|tool| tool.unwrap().path()).collect();
    tools.retain(|tool| tool.join("Cargo.toml").is_file());
    let name = |tool: &PathBuf| {
        let manifest = manifest(tool);
        let name = manifest["package"]["name"].as_str();
        name.unwrap().to_owned()
    };
    let names: BTreeSet<String> = tools.iter().map(name).collect();
    let among = |tool: &PathBuf| {
        let all = dependencies(tool, &["dependencies", "build-dependencies"]);
        all.intersection(&names).cloned().collect()
    };
    tools.iter().map(|tool| (name(tool), among(tool))).collect()
}

#[test]
fn no_tool_knows_one_that_stands_above_it() {
    let below = |tool: &str| -> &[&str] {
        match tool {
            "book" | "workbook" => &["patches"],
            // The engine. Its own tests speak through the types of lanes.
            "lanes" => &["explorer"],
            // The facade: loom's names over the types of lanes.
            "lanes-loom" => &["lanes"],
            "scheduler" => &["explorer", "lanes", "patches"],
            "bench-counts" | "record" => &["bench-kit"],
            "feedback" => &["bench-kit", "patches"],
            // What all the others stand on.
            _ => &[],
        }
    };
    for (tool, known) in tools() {
        for other in known {
            assert!(
                below(&tool).contains(&other.as_str()),
                "{tool} depends on {other}"
            );
        }
    }
}

#[test]
fn plain_cargo_test_compiles_no_server_no_bench_and_no_exercise() {
    let workspace = manifest(&root());
    let members = workspace["workspace"]["default-members"]
        .as_array()
        .unwrap();
    let members: BTreeSet<&str> = members.iter().map(|it| it.as_str().unwrap()).collect();
    for heavy in ["tools/book", "tools/record", "tools/bench-kit", "benches"] {
        assert!(!members.contains(heavy), "{heavy}");
    }
    assert!(!members.iter().any(|member| member.starts_with("exercises")));
    assert!(members.contains("solutions/*/*"));
}
