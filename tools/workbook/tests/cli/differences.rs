//! Pitfalls and alternatives as differences: written, edited, demonstrated, and said of when they are wrong.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::workbook::{EXERCISE, SOLUTION, Workbook, problems};

fn solution() -> String {
    format!("{SOLUTION}/src/latch.rs")
}

fn source() -> String {
    format!("{EXERCISE}/src/latch.rs")
}

fn pitfall(name: &str) -> String {
    format!("{SOLUTION}/pitfalls/{name}.patch")
}

/// The text of every file that is kept of the exercise.
fn kept(workbook: &Workbook) -> BTreeSet<String> {
    let folder = workbook.root.join("saved/01_first/01_latch");
    let entries = fs::read_dir(folder).into_iter().flatten();
    let texts = entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    texts.collect()
}

#[test]
fn a_pitfall_is_what_was_changed_in_the_solution() {
    let workbook = Workbook::new();
    let right = workbook.read(&solution());
    let nothing = workbook.run(&["pitfall", "latch", "shuts"]);
    assert_eq!(nothing.code, 2, "{nothing:?}");
    assert!(nothing.err.contains("nothing differs"), "{}", nothing.err);

    workbook.change(&solution(), "(latch, true)", "(latch, false || *latch)");
    let wrong = workbook.read(&solution());
    let no_name = workbook.run(&["pitfall", "latch", "../shuts"]);
    assert_eq!(no_name.code, 2, "{no_name:?}");
    let written = workbook.run(&["pitfall", "latch", "shuts"]);
    assert_eq!(written.code, 0, "{written:?}");
    assert!(
        written.out.contains("fill in its header"),
        "{}",
        written.out
    );
    assert_eq!(workbook.read(&solution()), right);
    assert!(kept(&workbook).contains(&wrong));
    let patch = workbook.read(&pitfall("shuts"));
    assert!(patch.starts_with("Pitfall: TODO "), "{patch}");
    assert!(
        patch.contains("-    let _ = mem::replace(latch, true);\n+    let _ = mem::replace(latch, false || *latch);\n"),
        "{patch}"
    );

    // What has a name already keeps its header.
    let edit = workbook.run(&["pitfall", "latch", "--edit", "never"]);
    assert_eq!(edit.code, 0, "{edit:?}");
    assert!(workbook.read(&solution()).contains("let was = *latch;"));
    let again = workbook.run(&["pitfall", "latch", "--edit", "never"]);
    assert_eq!(again.code, 3, "{again:?}");
    assert!(
        again.err.contains("changes that are in no pitfall"),
        "{}",
        again.err
    );
    workbook.change(&solution(), "let was = *latch;", "let was = !!*latch;");
    let before = workbook.read(&pitfall("never"));
    let edited = workbook.run(&["pitfall", "latch", "never"]);
    assert_eq!(edited.code, 0, "{edited:?}");
    assert_eq!(workbook.read(&solution()), right);
    let after = workbook.read(&pitfall("never"));
    assert!(after.starts_with("Pitfall: it never opens.\n"), "{after}");
    assert!(after.contains("+    let was = !!*latch;\n"), "{after}");
    assert!(kept(&workbook).contains(&before));

    // A right one of another kind is made in the same way.
    workbook.change(&solution(), "(latch, true)", "(latch, !false)");
    let written = workbook.run(&["pitfall", "latch", "--alternative", "negates"]);
    assert_eq!(written.code, 0, "{written:?}");
    let patch = workbook.read(&format!("{SOLUTION}/alternatives/negates.patch"));
    assert!(patch.starts_with("Alternative: TODO "), "{patch}");
    assert_eq!(workbook.read(&solution()), right);

    let unknown = workbook.run(&["pitfall", "latch", "--edit", "nevr"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(
        unknown.err.contains("did you mean `never`?"),
        "{}",
        unknown.err
    );
}

#[test]
fn a_pitfall_is_not_made_where_the_solution_cannot_be_told() {
    let workbook = Workbook::new();
    workbook.change(&source(), "self.open", "!!self.open");
    workbook.change(&solution(), "(latch, true)", "(latch, false)");
    let wrong = workbook.read(&solution());
    let refused = workbook.run(&["pitfall", "latch", "shuts"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(
        refused.err.contains("is not the starter"),
        "{}",
        refused.err
    );
    assert_eq!(workbook.read(&solution()), wrong);
    assert!(!workbook.root.join(pitfall("shuts")).exists());
}

#[test]
fn a_pitfall_is_shown_in_the_exercise_and_taken_back() {
    let workbook = Workbook::new();
    let undo = || workbook.run(&["break", "latch", "--undo"]);
    let nothing = undo();
    assert_eq!(nothing.code, 2, "{nothing:?}");
    assert!(nothing.err.contains("nothing to undo"), "{}", nothing.err);
    let unknown = workbook.run(&["break", "latch", "forgts"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(
        unknown.err.contains("did you mean `forgets`?"),
        "{}",
        unknown.err
    );

    workbook.write(&source(), "my work");
    for name in ["forgets", "never", "never"] {
        let broken = workbook.run(&["break", "latch", name]);
        assert_eq!(broken.code, 0, "{broken:?}");
    }
    assert!(workbook.read(&source()).contains("let was = *latch;"));
    let undone = undo();
    assert_eq!(undone.code, 0, "{undone:?}");
    assert_eq!(workbook.read(&source()), "my work");
    assert_eq!(undo().code, 2);
    assert_eq!(kept(&workbook), BTreeSet::from(["my work".to_owned()]));

    // What was changed in the wrong solution meanwhile is somebody's work, too.
    workbook.run(&["break", "latch", "forgets"]);
    workbook.change(&source(), "false", "!true");
    let changed = workbook.read(&source());
    assert_eq!(undo().code, 0);
    assert_eq!(workbook.read(&source()), "my work");
    assert!(kept(&workbook).contains(&changed));
}

#[test]
fn a_difference_that_is_not_as_it_should_be_is_named_with_file_and_line() {
    let workbook = Workbook::new();
    let forgets = workbook.read(&pitfall("forgets"));
    let line = "+    let _ = mem::replace(latch, false);";
    let forgets_as = |value: &str| {
        assert!(forgets.contains(line), "{forgets}");
        forgets.replace(line, &format!("+    let _ = mem::replace(latch, {value});"))
    };
    workbook.write(&pitfall("again"), &forgets);
    workbook.write(&pitfall("is_right"), forgets_as("/* of course */ true"));
    workbook.write(&pitfall("unformatted"), forgets_as("false&false"));
    workbook.write(
        &pitfall("windows"),
        forgets_as("!true").replace('\n', "\r\n"),
    );
    workbook.write(
        &pitfall("moved"),
        forgets_as("false & !true").replace("@@ -26,5 +26,5 @@", "@@ -24,5 +24,5 @@"),
    );
    workbook.write(
        &pitfall("elsewhere"),
        forgets.replace("src/latch.rs", "Cargo.toml"),
    );
    workbook.write(&pitfall("twice"), format!("Lesson: none.\n{forgets}"));
    workbook.write(&format!("{SOLUTION}/pitfalls/old.rs"), "fn main() {}\n");
    fs::remove_dir_all(workbook.root.join(SOLUTION).join("alternatives")).unwrap();

    let said = workbook.run(&["verify", "--json", "proof.json"]);
    assert_eq!(said.code, 1, "{said:?}");
    let found = problems(&workbook.json("proof.json"));
    for (file, what) in [
        (
            pitfall("forgets"),
            "is again.patch: only comments and spaces differ",
        ),
        (
            pitfall("is_right"),
            "is the solution: only comments and spaces differ",
        ),
        (
            pitfall("unformatted"),
            "leaves src/latch.rs not formatted, near line 26",
        ),
        (pitfall("windows"), "line 1: ends as on Windows"),
        (pitfall("moved"), "line 8: applies, but at another place"),
        (pitfall("elsewhere"), "line 6: changes `a/Cargo.toml`"),
        (pitfall("twice"), "line 5: its header has `Lesson` twice"),
        (
            format!("{SOLUTION}/pitfalls/old.rs"),
            "is no difference from the solution",
        ),
        (format!("{SOLUTION}/alternatives"), "has no alternative"),
    ] {
        assert!(
            found.iter().any(|(f, w)| *f == file && w.contains(what)),
            "no {file}: {what} in {found:#?}"
        );
    }

    // What is only written otherwise, `--record` writes anew.
    let recorded = workbook.run(&["verify", "--record", "--json", "proof.json"]);
    assert_eq!(recorded.code, 1, "{recorded:?}");
    for name in ["windows", "moved"] {
        let patch = workbook.read(&pitfall(name));
        assert!(
            !patch.contains('\r') && patch.contains("@@ -26,5 +26,5 @@"),
            "{patch}"
        );
    }
}

#[test]
fn whichever_of_solution_starter_and_patch_has_changed_is_named() {
    let workbook = Workbook::new();
    let patch = format!("{SOLUTION}/starter.patch");
    let verify = |arguments: &[&str]| -> Vec<(String, String)> {
        workbook.run(&[&["verify", "--json", "proof.json"], arguments].concat());
        let proof: Value = workbook.json("proof.json");
        let about_it =
            |(file, _): &(String, String)| file.contains("starter") || file.contains(EXERCISE);
        problems(&proof).into_iter().filter(about_it).collect()
    };
    assert_eq!(verify(&["--record"]), []);

    // The solution: recorded anew, and the starter stays.
    let starter = workbook.read(&source());
    workbook.change(&solution(), "// A helper and", "// A helper, and");
    let changed = "line 2: was made from another solution: the solution has changed since";
    assert_eq!(verify(&[]), [(patch.clone(), changed.to_owned())]);
    assert_eq!(verify(&["--record"]), []);
    assert_eq!(verify(&[]), []);
    assert_eq!(workbook.read(&source()), starter);
    assert!(workbook.read(&patch).contains("A helper, and"));

    // The exercise: it is somebody's work, and no record makes a starter of it before it is asked to.
    workbook.change(&source(), "remember that it is open", "remember it");
    let begun = (source(), "is not the starter any more".to_owned());
    assert_eq!(verify(&["--record"]), [begun]);
    fs::remove_file(workbook.root.join(&patch)).unwrap();
    assert_eq!(verify(&[]), [(patch.clone(), "is missing".to_owned())]);
    assert_eq!(verify(&["--record"]), []);
    assert!(
        workbook
            .read(&patch)
            .contains("+        todo!(\"remember it\")")
    );
}
