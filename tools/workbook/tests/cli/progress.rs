//! Where one is, and what comes next.

use std::fs;

use serde_json::Value;

use crate::workbook::{EXERCISE, SOLUTION, Said, Workbook};

const SUMMARY: &str = "# Summary\n\n[Start](index.md)\n\n- [First steps](01_first/README.md)\n  \
                       - [A latch, explained](01_first/01_latch.md)\n  - [And then](01_first/02_then.md)\n";

fn source() -> String {
    format!("{EXERCISE}/src/latch.rs")
}

fn solve(workbook: &Workbook) {
    let solution = workbook.read(&format!("{SOLUTION}/src/latch.rs"));
    workbook.write(&source(), solution);
}

fn state(workbook: &Workbook) -> Value {
    let list: Value = serde_json::from_str(&workbook.run(&["list", "--json"]).out).unwrap();
    list["chapters"][0]["exercises"][0]["state"].clone()
}

fn says(said: &Said, text: &str) {
    assert!(said.out.contains(text), "no {text:?} in\n{}", said.out);
}

#[test]
fn next_names_page_and_file() {
    let workbook = Workbook::new();
    workbook.write("book/src/SUMMARY.md", SUMMARY);
    let next = workbook.run(&["next"]);
    assert_eq!(next.code, 0, "{next:?}");
    for text in [
        "Next: 1.1 latch  5 min",
        "A latch, explained",
        "book/src/01_first/01_latch.md",
        &source(),
        "cargo workbook watch",
    ] {
        says(&next, text);
    }
    assert_eq!(
        workbook.run(&[]).out,
        next.out,
        "without a command it is next"
    );
    let json: Value = serde_json::from_str(&workbook.run(&["next", "--json"]).out).unwrap();
    assert_eq!(json["next"]["page"]["number"], "1.1");
    assert_eq!(json["next"]["page"]["address"], Value::Null);

    // A built book has an address.
    workbook.write(
        "book/book.toml",
        "[book]\ntitle = \"A small one\"\n[build]\nbuild-dir = \"../target/book\"\n",
    );
    workbook.write("target/book/index.html", "");
    let built = workbook.run(&["next"]);
    says(&built, "/my%20workbook/target/book/01_first/01_latch.html");

    let list = workbook.run(&["list"]);
    says(&list, "1 First steps  ░ 0 of 1");
    says(&list, "· 1.1  latch    5 min  A latch");
    says(&list, "\n· untouched\n");
}

/// One test for all that begins with a green run.
#[test]
fn progress_is_what_was_seen_green() {
    let workbook = Workbook::new();
    workbook.write("book/src/SUMMARY.md", SUMMARY);
    let progress = || fs::read_to_string(workbook.root.join("progress.txt")).ok();
    workbook.run(&["check", "latch"]);
    assert_eq!(progress(), None, "nothing was green");

    solve(&workbook);
    assert_eq!(state(&workbook), "written");
    let solved = workbook.run(&["check", "latch", "--difference"]);
    assert_eq!(solved.code, 0, "{solved:?}");
    for text in [
        "latch: 5 tests passed.",
        // One of four is caught by an example, and no example is a test by name here.
        "You have kept clear of",
        "An ordering is stronger here than any model asks for",
        "src/latch.rs:24  store: Release → Relaxed would do",
        "Debrief    1.1 A latch, explained, second half",
        "Next page  1.2 And then",
        "All 1 exercise are green.",
        "It is ours, to the letter.",
    ] {
        says(&solved, text);
    }
    let noted = progress().unwrap();
    assert!(
        noted.lines().any(|line| line.starts_with("latch  ")),
        "{noted}"
    );
    assert_eq!(state(&workbook), "green");
    says(&workbook.run(&["list"]), "✓ 1.1  latch");
    says(&workbook.run(&["next"]), "All 1 exercise are green.");

    // What the compiler does not see changes nothing, and neither does a run that is the same again.
    workbook.change(&source(), "use std::mem;", "// Mine.\nuse std::mem;\n");
    assert_eq!(state(&workbook), "green");
    workbook.run(&["check", "latch"]);
    assert_eq!(progress().unwrap(), noted);

    // Another source is another thing, until its tests have passed.
    workbook.change(&source(), "let _ =", "let _was =");
    assert_eq!(state(&workbook), "changed");
    says(&workbook.run(&["list"]), "≈ was green, and has changed");
    says(&workbook.run(&["next"]), "Next: 1.1 latch");

    // Two copies merged, whatever the order, and the marks of a merge that was not resolved.
    let merged = format!(
        "<<<<<<< a\nother  {}  2026-01-01\n=======\n{noted}>>>>>>> b\n",
        "0".repeat(16)
    );
    workbook.write("progress.txt", &merged);
    solve(&workbook);
    assert_eq!(state(&workbook), "green");

    // What cannot be noted does not change the verdict.
    workbook.change(&source(), "let _ =", "let _was =");
    let file = workbook.root.join("progress.txt");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions.clone()).unwrap();
    let read_only = workbook.run(&["check", "latch"]);
    assert_eq!(read_only.code, 0, "{read_only:?}");
    assert!(
        read_only.err.contains("could not be noted"),
        "{}",
        read_only.err
    );
    assert!(read_only.err.contains("read-only"), "{}", read_only.err);
    assert_eq!(workbook.read("progress.txt"), merged);

    // Begun again, it is to be done again.
    workbook.run(&["reset", "latch"]);
    assert_eq!(state(&workbook), "untouched");
}

#[test]
fn an_exercise_that_was_renamed_is_still_green() {
    let workbook = Workbook::new();
    solve(&workbook);
    assert_eq!(workbook.run(&["check", "latch"]).code, 0);

    // As an update of the workbook does it.
    let root = &workbook.root;
    let (from, to) = (root.join(EXERCISE), root.join("exercises/01_first/02_bolt"));
    fs::rename(&from, &to).unwrap();
    fs::rename(to.join("src/latch.rs"), to.join("src/bolt.rs")).unwrap();
    workbook.change(
        "exercises/01_first/02_bolt/Cargo.toml",
        "name = \"latch\"",
        "name = \"bolt\"",
    );
    workbook.change(
        "exercises/01_first/02_bolt/Cargo.toml",
        "minutes-to-solve",
        "formerly = [\"latch\"]\nminutes-to-solve",
    );
    assert_eq!(state(&workbook), "green");
    let old_name = workbook.run(&["hint", "latch"]);
    assert_eq!(old_name.code, 0, "{old_name:?}");
}

#[test]
fn there_is_no_backtrace_of_ours_and_no_line_of_cargos() {
    let workbook = Workbook::new();
    workbook.change(
        &source(),
        "todo!(\"remember that it is open\")",
        "self.open = false;",
    );
    let settings = [("RUST_BACKTRACE", "1"), ("LANES_REPLAY", "0x5")];
    let check = crate::workbook::command_with(&workbook.root, &["check", "latch"], &settings);
    assert_eq!(check.code, 1, "{check:?}");
    says(&check, "✗ behaviour::opens\n  panicked at ");
    says(&check, "  it is still shut\n");
    // The others are a line each, with what they say and not only where.
    says(
        &check,
        "✗ behaviour::opening_twice_is_opening  the second call has shut it\n",
    );
    for not in [
        "stack backtrace",
        "RUST_BACKTRACE",
        "to rerun pass",
        "thread '",
    ] {
        assert!(!check.out.contains(not), "{not:?} in\n{}", check.out);
    }
    let difference = workbook.run(&["check", "latch", "--difference"]);
    assert_eq!(difference.code, 1);
    says(&difference, "is shown once it is green");
}
