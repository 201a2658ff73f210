//! `new`: what it writes, and what it refuses. That the files compile and pass together with the real
//! `lanes` takes a minute; here they are only looked at.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::workbook::Workbook;

const EXERCISE: &str = "exercises/01_first/02_door_bell";
const SOLUTION: &str = "solutions/01_first/02_door_bell";
const PAGE: &str = "book/src/01_first/02_door_bell.md";

/// The files below `folder`, from the workbook's root, in order.
fn files(workbook: &Workbook, folder: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workbook.root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            names.extend(files(workbook, &name));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

#[test]
fn new_writes_an_exercise_a_solution_and_a_page_that_belong_together() {
    let workbook = Workbook::new();
    let new = workbook.run(&["new", "01_first/02_door_bell"]);
    assert_eq!(new.code, 0, "{new:?}");
    for text in [
        "cargo test -p door_bell_solution",
        "cargo workbook verify door_bell --record",
        "- [Door bell](01_first/02_door_bell.md)",
        "The chapter is new",
    ] {
        assert!(new.out.contains(text), "no {text:?} in\n{}", new.out);
    }

    let below = |folder: &str, names: &[&str]| -> Vec<String> {
        names
            .iter()
            .map(|name| format!("{folder}/{name}"))
            .collect()
    };
    let of_the_exercise = [
        "Cargo.toml",
        "hints.md",
        "src/door_bell.rs",
        "src/lib.rs",
        "tests/tiers/behaviour.rs",
        "tests/tiers/main.rs",
        "tests/tiers/models.rs",
        "tests/tiers/stress.rs",
    ];
    let of_the_solution = [
        "Cargo.toml",
        "alternatives/compare_exchange.patch",
        "pitfalls/lost_update.patch",
        "src/door_bell.rs",
        "src/lib.rs",
        "starter.patch",
    ];
    assert_eq!(
        files(&workbook, EXERCISE),
        below(EXERCISE, &of_the_exercise)
    );
    assert_eq!(
        files(&workbook, SOLUTION),
        below(SOLUTION, &of_the_solution)
    );
    assert!(workbook.read(PAGE).starts_with("# Door bell\n"));

    let list: Value = serde_json::from_str(&workbook.run(&["list", "--json"]).out).unwrap();
    let listed = &list["chapters"][0]["exercises"][1];
    assert_eq!(
        (&listed["name"], &listed["state"]),
        (&"door_bell".into(), &"untouched".into())
    );
    assert_eq!(workbook.run(&["hint", "door_bell", "--tier", "3"]).code, 0);

    let manifest: toml::Table = workbook
        .read(&format!("{SOLUTION}/Cargo.toml"))
        .parse()
        .unwrap();
    let tests = manifest["test"][0]["path"].as_str().unwrap();
    let tests = workbook.root.join(SOLUTION).join(tests);
    assert_eq!(
        tests.canonicalize().unwrap(),
        workbook.root.join(EXERCISE).join("tests/tiers/main.rs")
    );
}

#[test]
fn new_overwrites_nothing_and_takes_no_name_twice() {
    let workbook = Workbook::new();
    workbook.write("Cargo.lock", "[[package]]\nname = \"parking-lot\"\n");
    workbook.write(PAGE, "my page");
    for (path, reason) in [
        (
            "01_first/02_door_bell",
            "book/src/01_first/02_door_bell.md is there already",
        ),
        (
            "01_first/01_latch",
            "exercises/01_first/01_latch is there already",
        ),
        (
            "01_first/01_bell",
            "another exercise with the number of 01_bell: 01_first/01_latch",
        ),
        ("01_frist/02_bell", "did you mean 01_first/02_bell?"),
        ("01_first/02_latch", "a package called `latch` already"),
        (
            "01_first/02_parking_lot",
            "a package called `parking_lot` already",
        ),
        ("door_bell", "is not CHAPTER/EXERCISE"),
    ] {
        let new = workbook.run(&["new", path]);
        assert_eq!(new.code, 2, "{new:?}");
        assert!(new.err.contains(reason), "{path}: {}", new.err);
    }
    assert_eq!(workbook.read(PAGE), "my page");
    assert!(!workbook.root.join(EXERCISE).exists());
}

#[test]
fn new_writes_all_files_or_none() {
    let workbook = Workbook::new();
    // A file where a folder should be.
    workbook.write("book/src/01_first", "not a folder");
    let new = workbook.run(&["new", "01_first/02_door_bell"]);
    assert_eq!(new.code, 3, "{new:?}");
    assert!(new.err.contains("cannot write"), "{}", new.err);
    assert!(
        new.err
            .contains(Path::new(PAGE).file_name().unwrap().to_str().unwrap())
    );
    for folder in [EXERCISE, SOLUTION] {
        assert!(!workbook.root.join(folder).exists(), "{folder} is left");
    }
}
