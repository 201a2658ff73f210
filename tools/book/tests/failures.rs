//! Each thing that can be wrong with a page fails the build, with the file and the line.

mod common;

use common::Repository;

/// Builds a page with `line` as its third line, and expects `problem` at that line.
fn fails(line: &str, problem: &str) {
    let repository = Repository::new("repository");
    repository.write("book/src/index.md", format!("# Page\n\n{line}\n"));
    let told = repository.failure(&[]);
    let expected = format!("book/src/index.md:3: {problem}");
    assert!(told.contains(&expected), "no `{expected}` in\n{told}");
}

#[test]
fn a_listing_of_a_missing_file() {
    fails("{{#listing src/none.rs}}", "no file src/none.rs");
}

#[test]
fn a_listing_of_a_missing_anchor() {
    fails(
        "{{#listing exercises/01_locks/01_flag/src/flag.rs:none}}",
        "exercises/01_locks/01_flag/src/flag.rs: no anchor \"none\"",
    );
}

#[test]
fn a_listing_outside_the_repository() {
    fails(
        "{{#listing ../secret.rs}}",
        "\"../secret.rs\" is not a path from the repository root",
    );
}

#[test]
fn a_missing_exercise() {
    fails(
        "{{#exercise flog}}",
        "no package \"flog\" under exercises/; there are: flag",
    );
}

#[test]
fn a_missing_figure() {
    fails(
        "{{#figure 01_locks/none}}",
        "no file book/data/figures/01_locks/none.json",
    );
}

#[test]
fn a_figure_that_cannot_be_drawn_so() {
    fails(
        "{{#figure 01_locks/contended as=pie}}",
        "\"as=pie\" is nothing that a figure knows",
    );
    fails(
        "{{#figure 01_locks/samples as=curve}}",
        "01_locks/samples: \"by hand\" has no number to draw a curve over",
    );
    fails(
        "{{#figure 01_locks/growth as=distribution}}",
        "\"std Mutex, by hand, 1 thread\" has not enough samples to draw",
    );
}

#[test]
fn my_own_recording_that_cannot_be_read() {
    let repository = Repository::new("repository");
    let mine = "book/data/mine/figures/01_locks/contended.json";
    repository.write(mine, "{");
    let told = repository.failure(&[]);
    assert!(
        told.contains("tour/drawings.md:") && told.contains(mine),
        "{told}"
    );
}

#[test]
fn a_missing_table() {
    fails(
        "{{#table 01_locks/none}}",
        "no file book/data/tables/01_locks/none.json",
    );
}

#[test]
fn a_missing_profile() {
    fails("{{#flame none}}", "no file book/data/profiles/none.json");
}

#[test]
fn a_profile_that_cannot_be() {
    let repository = Repository::new("repository");
    repository.write("book/data/profiles/two_threads.folded", "a;b 3\na;b\n");
    repository.write("book/src/index.md", "# Page\n\n{{#flame two_threads}}\n");
    let told = repository.failure(&[]);
    let expected = "book/src/index.md:3: book/data/profiles/two_threads.folded: line 2: not `outer;inner COUNT`";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_missing_trace() {
    fails(
        "{{#trace flag/none}}",
        "no file book/data/traces/flag/none.json",
    );
    fails("{{#trace flag}}", "\"flag\" is not EXERCISE/PITFALL");
}

#[test]
fn a_note_on_no_step_of_a_trace() {
    let fails_with = |note: &str, why: &str| {
        fails(&format!("{{{{#trace flag/relaxed_store | {note}}}}}"), why);
    };
    fails_with(
        "main ready.swap(true) = here",
        "the trace has no step `ready.swap(true)` of main",
    );
    fails_with(
        "main ready.load(Acquire) → false = here",
        "the trace has `ready.load(Acquire) → false` of main 3 times",
    );
    fails_with("main", "\"main\" is not THREAD STEP = NOTE");
}

#[test]
fn a_missing_output() {
    let starter = "exercises/01_locks/01_flag/src/flag";
    fails(
        &format!("{{{{#output {starter}.rs}}}}"),
        &format!("what the example prints is not recorded: no file {starter}.stdout"),
    );
}

#[test]
fn an_unknown_directive() {
    fails("{{#listning x}}", "unknown directive \"listning\"");
    fails("{{#playground x.rs}}", "a playground needs a network");
    fails("{{#listing}}", "`{{#listing}}` needs an argument");
    fails("{{#listing x", "`{{#listing x` is not closed");
}

#[test]
fn a_schedule_that_cannot_be_kept() {
    fails("{{#schedule 1: tour/code.md}}", "these pages take ");
    fails(
        "{{#schedule 90: tour/none.md}}",
        "SUMMARY.md lists no page \"tour/none.md\"",
    );
}

#[test]
fn a_directive_that_does_not_stand_alone() {
    let path = "exercises/01_locks/01_flag/src/flag.rs";
    fails(
        &format!("See {{{{#listing {path}}}}}"),
        &format!("`{{{{#listing {path}}}}}` must stand on a line of its own"),
    );
}

#[test]
fn a_directive_in_a_code_block() {
    let repository = Repository::new("repository");
    repository.write(
        "book/src/index.md",
        "# Page\n\n```text\n{{#exercise flag}}\n```\n",
    );
    let told = repository.failure(&[]);
    assert!(
        told.contains("index.md:4: `{{#exercise flag}}` stands in a code block"),
        "{told}"
    );
}

#[test]
fn an_include_that_mdbook_would_only_log() {
    fails("{{#include none.rs}}", "no file book/src/none.rs");
    fails(
        "{{#include SUMMARY.md:none}}",
        "book/src/SUMMARY.md: no anchor \"none\"",
    );
    fails(
        "{{#include SUMMARY.md:1:99}}",
        "book/src/SUMMARY.md: it has 9 lines, not 1:99",
    );
}

#[test]
fn a_page_that_includes_itself() {
    let includes = "{{#include index.md}}\n\n".repeat(4);
    fails(
        &includes,
        "book/src/index.md: book/src/index.md includes itself",
    );
    let repository = Repository::new("repository");
    repository.write("book/src/index.md", "# Page\n\n{{#include a.txt:b}}\n");
    repository.write(
        "book/src/a.txt",
        "// ANCHOR: b\nb\n// ANCHOR_END: b\n{{#include a.txt:b}}\n",
    );
    let run = repository.build(&[]);
    assert!(
        run.status.success(),
        "a part that does not include itself may be included"
    );
}

#[test]
fn an_unknown_level_is_one_problem() {
    let repository = Repository::new("repository");
    repository.write("book/src/index.md", "# Page\n\n{{#scheduler none}}\n");
    let told = repository.failure(&[]);
    assert!(
        told.contains("1 problem in the pages") && told.contains("none.json"),
        "{told}"
    );
}

#[test]
fn a_summary_without_pages() {
    let repository = Repository::new("repository");
    for summary in ["", "# Summary\n", "# Summary\n\n- [A draft]()\n"] {
        repository.write("book/src/SUMMARY.md", summary);
        let told = repository.failure(&[]);
        assert!(
            told.contains("book/src/SUMMARY.md:1: it lists no page"),
            "{told}"
        );
    }
}

#[test]
fn a_diagram_with_a_line_that_is_none() {
    let repository = Repository::new("repository");
    let page = "# Page\n\n```mermaid\nflowchart LR\n  A --> B\n  lorem ipsum dolor\n```\n";
    repository.write("book/src/index.md", page);
    let told = repository.failure(&[]);
    let problem =
        "index.md:3: mermaid: line 3 is nothing that a flowchart has: `lorem ipsum dolor`";
    assert!(told.contains(problem), "{told}");
}

#[test]
fn a_diagram_that_makes_no_sense() {
    let repository = Repository::new("repository");
    repository.write(
        "book/src/index.md",
        "# Page\n\n```lanes\ntitle: T\nlanes: A\nB: x\n```\n",
    );
    let told = repository.failure(&[]);
    assert!(told.contains("index.md:3: lanes: no lane \"B\""), "{told}");
}

#[test]
fn an_exercise_without_three_hints() {
    let repository = Repository::new("repository");
    let hints = "exercises/01_locks/01_flag/hints.md";
    repository.write(hints, "## 1 · A question\n\n## 2 · A direction\n");
    let told = repository.failure(&[]);
    assert!(
        told.contains("code.md:19: exercises/01_locks/01_flag/hints.md has 2 sections"),
        "{told}"
    );
}

#[test]
fn a_trace_of_another_source() {
    let repository = Repository::new("repository");
    let traces = "book/data/traces/flag/relaxed_store.json";
    let further_down = repository
        .read(traces)
        .replace("\"line\": 22", "\"line\": 222");
    repository.write(traces, further_down);
    let told = repository.failure(&[]);
    assert!(
        told.contains(
            "the trace is of another solutions/01_locks/01_flag/pitfalls/relaxed_store.patch"
        ),
        "{told}"
    );
}

#[test]
fn a_difference_that_cannot_be_shown() {
    fails(
        "{{#difference flag/none}}",
        "no file solutions/01_locks/01_flag/pitfalls/none.patch",
    );
    fails("{{#difference flag}}", "\"flag\" is not EXERCISE/PITFALL");
    let patch = "solutions/01_locks/01_flag/pitfalls/relaxed_store.patch";
    fails(
        &format!("{{{{#listing {patch}:none}}}}"),
        &format!("{patch}: no anchor \"none\""),
    );
}

#[test]
fn a_difference_that_no_longer_applies() {
    let repository = Repository::new("repository");
    let solution = "solutions/01_locks/01_flag/src/flag.rs";
    let changed = repository
        .read(solution)
        .replace("Ordering::Release", "Ordering::SeqCst");
    repository.write(solution, changed);
    let told = repository.failure(&[]);
    for part in [
        "traces.md:5: solutions/01_locks/01_flag/pitfalls/relaxed_store.patch, line 8: no longer applies",
        "code.md:11: solutions",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
}

#[test]
fn all_problems_are_listed_at_once() {
    let repository = Repository::new("repository");
    repository.write(
        "book/src/index.md",
        "{{#listing a.rs}}\n\n{{#listing b.rs}}\n",
    );
    repository.write("book/src/tour/code.md", "{{#wrong x}}\n");
    let told = repository.failure(&[]);
    for part in [
        "3 problems",
        "index.md:1:",
        "index.md:3:",
        "tour/code.md:1:",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
}

#[test]
fn a_page_that_is_not_utf8() {
    let repository = Repository::new("repository");
    repository.write("book/src/index.md", b"# Page\n\nna\xefve\n");
    let told = repository.failure(&[]);
    assert!(
        told.contains("book/src/index.md:3: the page is not UTF-8"),
        "{told}"
    );
}

#[test]
fn pages_that_are_listed_but_missing() {
    let repository = Repository::new("repository");
    repository.write("book/src/SUMMARY.md", "# S\n\n- [A](a.md)\n- [B](b.md)\n");
    let told = repository.failure(&[]);
    assert!(
        told.contains("SUMMARY.md:3: there is no page book/src/a.md"),
        "{told}"
    );
    assert!(
        told.contains("SUMMARY.md:4: there is no page book/src/b.md"),
        "{told}"
    );
}

#[test]
fn what_is_only_strictly_wrong() {
    let repository = Repository::new("repository");
    let page = "# Page\n\n[x](tour/code.md#none) [y](none.md) <img alt=\"\" src=\"https://example.org/i.png\">\n";
    repository.write("book/src/index.md", page);
    repository.write("book/src/forgotten.md", "# Forgotten\n");
    assert!(repository.build(&["--out", "out"]).status.success());
    let told = repository.failure(&["--strict", "--out", "out"]);
    for part in [
        "book/src/forgotten.md is not listed in SUMMARY.md",
        "book/src/index.md:1: a paragraph `**Before:** …` is missing",
        "with a link to the page that follows, tour/README.md",
        "tour/code.html has no id \"none\"",
        "there is no none.html",
        "from a network",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
}
