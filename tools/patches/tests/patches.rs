//! What a patch says, what it does, and what is said of one that is wrong.

use patches::{Alternative, Difference, Error, Part, Patch, Pitfall, Sources, Starter};

const SOLUTION: &str = "one\ntwo\n\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";

const PITFALL: &str = "\
Pitfall: three is a crowd.
Caught by: models::two_are_company
Because: a crowd
Because: of three: no less
Lesson: Count them.

--- a/src/count.rs
+++ b/src/count.rs
@@ -1,7 +1,7 @@
 one
 two

-three
+crowd
 four
 five
 six
";

fn solution() -> Sources {
    Sources::from([("count.rs", SOLUTION), ("lib.rs", "mod count;\n")])
}

fn parsed(text: &str) -> Patch {
    Patch::parse(text).unwrap()
}

fn wrong(text: &str) -> Error {
    Patch::parse(text).unwrap_err()
}

#[track_caller]
fn assert_said(error: &Error, line: usize, what: &str) {
    assert_eq!(error.line, line, "{error}");
    assert!(error.what.contains(what), "{error}");
}

#[test]
fn the_header_of_a_pitfall_is_read() {
    let pitfall = Pitfall::of(&parsed(PITFALL)).unwrap();
    assert_eq!(pitfall.title, "three is a crowd.");
    assert_eq!(pitfall.caught_by, "models::two_are_company");
    assert_eq!(pitfall.because, ["a crowd", "of three: no less"]);
    assert_eq!(pitfall.lesson, "Count them.");
}

#[test]
fn the_header_of_an_alternative_is_read() {
    let (_, difference) = PITFALL.split_once("\n\n").unwrap();
    let patch = parsed(&format!(
        "Alternative: counts.\nRight because: it does.\n\n{difference}"
    ));
    let alternative = Alternative::of(&patch).unwrap();
    assert_eq!(alternative.title, "counts.");
    assert_eq!(alternative.right_because, "it does.");
    assert_said(
        &Alternative::of(&parsed(PITFALL)).unwrap_err(),
        1,
        "its header has `Pitfall`; the keys are `Alternative`, `Right because`",
    );
}

#[test]
fn a_patch_is_written_as_it_was_read() {
    assert_eq!(parsed(PITFALL).to_string(), PITFALL);
}

#[test]
fn it_leads_there_and_back() {
    let patch = parsed(PITFALL);
    let there = patch.difference().apply(&solution()).unwrap();
    assert_eq!(there["count.rs"], SOLUTION.replace("three", "crowd"));
    assert_eq!(there["lib.rs"], "mod count;\n");
    assert_eq!(patch.difference().take_back(&there).unwrap(), solution());
    let again = Difference::between(&solution(), &there).unwrap();
    assert_eq!(&again, parsed(PITFALL).with(again.clone()).difference());
    assert_eq!(again.to_string(), patch.difference().to_string());
}

#[test]
fn equal_texts_have_no_difference() {
    assert_eq!(Difference::between(&solution(), &solution()), None);
}

#[test]
fn several_files_may_differ() {
    let mut new = solution();
    new.insert("lib.rs".to_owned(), "pub mod count;\n".to_owned());
    new.insert("count.rs".to_owned(), SOLUTION.replace("nine", "ten"));
    let difference = Difference::between(&solution(), &new).unwrap();
    assert_eq!(
        difference.files().collect::<Vec<_>>(),
        ["count.rs", "lib.rs"]
    );
    assert_eq!(difference.apply(&solution()).unwrap(), new);
}

#[test]
fn its_lines_are_told_apart() {
    let patch = parsed(PITFALL);
    let parts = patch.difference().parts();
    assert_eq!(parts[0], Part::Hunk("count.rs".to_owned(), 1));
    assert_eq!(parts[3], Part::Same(String::new()));
    assert_eq!(parts[4], Part::Removed("three".to_owned()));
    assert_eq!(parts[5], Part::Added("crowd".to_owned()));
}

#[test]
fn a_hunk_is_found_where_it_has_moved_to() {
    let mut moved = solution();
    moved.insert("count.rs".to_owned(), format!("zero\nzero\n{SOLUTION}"));
    let there = parsed(PITFALL).difference().apply(&moved).unwrap();
    assert_eq!(
        there["count.rs"],
        format!("zero\nzero\n{}", SOLUTION.replace("three", "crowd"))
    );
}

#[test]
fn line_endings_do_not_matter() {
    let windows = |text: &str| text.replace('\n', "\r\n");
    let patch = parsed(&windows(PITFALL));
    assert_eq!(patch.carriage_return(), Some(1));
    assert_eq!(parsed(PITFALL).carriage_return(), None);
    assert_eq!(patch.to_string(), PITFALL);
    let sources = Sources::from([("count.rs", windows(SOLUTION).as_str())]);
    let there = patch.difference().apply(&sources).unwrap();
    assert_eq!(there["count.rs"], SOLUTION.replace("three", "crowd"));
}

#[test]
fn a_solution_that_has_changed_is_said_with_the_line_that_is_missed() {
    let mut changed = solution();
    changed.insert("count.rs".to_owned(), SOLUTION.replace("three", "3"));
    let error = parsed(PITFALL).difference().apply(&changed).unwrap_err();
    assert_said(&error, 9, "src/count.rs has no line `three` any more");
    let mut shuffled = solution();
    shuffled.insert(
        "count.rs".to_owned(),
        "six\nfive\nfour\nthree\n\ntwo\none\n".to_owned(),
    );
    let error = parsed(PITFALL).difference().apply(&shuffled).unwrap_err();
    assert_said(&error, 9, "no longer one below the other");
    let error = parsed(PITFALL)
        .difference()
        .apply(&Sources::from([("lib.rs", "")]))
        .unwrap_err();
    assert_said(&error, 7, "changes src/count.rs, and there is no such file");
}

#[test]
fn a_header_that_is_wrong_is_said_with_its_line() {
    let without = |key: &str| {
        let lines: Vec<&str> = PITFALL.split('\n').collect();
        let kept = lines.iter().filter(|line| !line.starts_with(key));
        let text = kept.copied().collect::<Vec<_>>().join("\n");
        Pitfall::of(&parsed(&text)).unwrap_err()
    };
    assert_said(&without("Pitfall"), 1, "has no `Pitfall: …`");
    assert_said(&without("Caught"), 1, "has no `Caught by: …`");
    assert_said(&without("Because"), 1, "has no `Because: …`");
    assert_said(&without("Lesson"), 1, "has no `Lesson: …`");

    let twice = PITFALL.replace("Because: a crowd", "Lesson: a crowd");
    assert_said(
        &Pitfall::of(&parsed(&twice)).unwrap_err(),
        5,
        "has `Lesson` twice",
    );
    let other = PITFALL.replace("Lesson", "Moral");
    assert_said(&Pitfall::of(&parsed(&other)).unwrap_err(), 5, "has `Moral`");
    assert_said(
        &wrong(&PITFALL.replace("Lesson: Count them.", "Lesson:")),
        5,
        "unlike `Lesson:`",
    );
    assert_said(
        &wrong(&PITFALL.replace("them.\n", "them.")),
        6,
        "an empty line stands between",
    );
}

#[test]
fn a_new_header_has_to_be_filled_in() {
    let (_, difference) = PITFALL.split_once("\n\n").unwrap();
    let difference = parsed(&format!("Lesson: none.\n\n{difference}"));
    let new = Patch::new(&Pitfall::to_fill_in(), difference.difference().clone());
    let error = Pitfall::of(&parsed(&new.to_string())).unwrap_err();
    assert_said(&error, 1, "`Pitfall` has yet to be filled in");
    let new = Patch::new(&Alternative::to_fill_in(), new.difference().clone());
    let error = Alternative::of(&parsed(&new.to_string())).unwrap_err();
    assert_said(&error, 1, "`Alternative` has yet to be filled in");
}

#[test]
fn a_difference_that_is_none_is_said_with_its_line() {
    let (header, _) = PITFALL.split_once("\n\n").unwrap();
    assert_said(&wrong(header), 6, "has no difference");
    assert_said(
        &wrong(&format!("{header}\n\nsome prose\n")),
        7,
        "is no unified diff",
    );
    assert_said(
        &wrong(&PITFALL.replace("@@ -1,7 +1,7 @@", "@@ one @@")),
        9,
        "is no unified diff",
    );
    assert_said(&wrong(&PITFALL.replace("+crowd\n", "")), 9, "hunk");
}

#[test]
fn only_files_below_src_may_be_changed() {
    for path in [
        "Cargo.toml",
        "src/../Cargo.toml",
        "src/",
        "src//count.rs",
        "tests/count.rs",
    ] {
        let text = PITFALL.replace("src/count.rs", path);
        assert_said(&wrong(&text), 7, "it may change files below `src/`");
    }
    let made = PITFALL.replace("--- a/src/count.rs", "--- /dev/null");
    assert_said(&wrong(&made), 7, "it may only change some");
}

#[test]
fn a_starter_leads_there_and_back_and_knows_its_solution() {
    let mut begun = solution();
    begun.insert("count.rs".to_owned(), SOLUTION.replace("three", "todo"));
    let made = Starter::between(&solution(), &begun).unwrap();
    let read = Starter::of(parsed(&made.to_string())).unwrap();
    assert_eq!(read.from_solution(&solution()).unwrap(), begun);
    assert_eq!(read.to_solution(&begun).unwrap(), solution());

    // Far from any hunk: the difference alone would not notice.
    let elsewhere = |sources: &Sources| {
        let mut sources = sources.clone();
        sources.insert("lib.rs".to_owned(), "mod other;\n".to_owned());
        sources
    };
    let error = read.from_solution(&elsewhere(&solution())).unwrap_err();
    assert_said(&error, 2, "was made from another solution");
    let error = read.to_solution(&elsewhere(&begun)).unwrap_err();
    assert_said(&error, 2, "was made from another solution");
}
