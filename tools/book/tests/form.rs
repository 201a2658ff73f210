//! What a strict build refuses of a page with an exercise: answers before the box, more than six minutes before it, and no
//! debrief behind it.

mod common;

use common::{Repository, text};

const BOX: &str = "{{#exercise flag}}";
const DEBRIEF: &str = "## Debrief\n\nWhy.\n";

/// The fixture, whose first page has this `shown` from line 5 on, and behind it the box and a debrief.
fn with(shown: &str) -> Repository {
    let repository = Repository::new("repository");
    write(&repository, &format!("{shown}\n\n{BOX}\n\n{DEBRIEF}"));
    repository
}

fn write(repository: &Repository, page: &str) {
    let page =
        format!("# Page\n\n**Before:** nothing.\n\n{page}\n**Next:** [on](tour/README.md).\n");
    repository.write("book/src/index.md", page);
}

/// What a strict build says of the first page: `problem`, in this line.
#[track_caller]
fn refused(repository: &Repository, line: usize, problem: &str) {
    let told = repository.failure(&["--strict", "--out", "out"]);
    let expected = format!("book/src/index.md:{line}: {problem}");
    assert!(told.contains(&expected), "no `{expected}` in\n{told}");
}

#[track_caller]
fn accepted(repository: &Repository) {
    let run = repository.build(&["--strict", "--out", "out"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
}

/// Takes the body of `take` out of the starter.
fn take_is_open(repository: &Repository) {
    let path = "exercises/01_locks/01_flag/src/flag.rs";
    let starter = repository.read(path);
    let (before, _) = starter.split_once("        self.ready.load").unwrap();
    repository.write(path, format!("{before}        todo!()\n    }}\n}}\n"));
}

#[test]
fn a_listing_of_the_solution_may_stand_behind_the_exercise_only() {
    let listing = "{{#listing solutions/01_locks/01_flag/src/flag.rs}}";
    refused(
        &with(listing),
        5,
        "this shows `publish` as our solution has it, before",
    );
    let repository = Repository::new("repository");
    write(&repository, &format!("{BOX}\n\n{DEBRIEF}\n{listing}\n"));
    accepted(&repository);
}

#[test]
fn other_names_and_comments_hide_nothing() {
    let block = "```rust\nself.cell.with_mut(|it| unsafe { *it = news }); // first\nself.up.store(true, Release);\n```";
    refused(&with(block), 5, "this shows `publish`");
    accepted(&with(&block.replace("Release", "Relaxed")));
    accepted(&with(&block.replace("self.up", "self.up.flag")));
}

#[test]
fn what_is_included_is_shown() {
    let include = "```rust\n{{#include ../../solutions/01_locks/01_flag/src/flag.rs}}\n```";
    refused(&with(include), 6, "this shows `publish`");
}

#[test]
fn a_wrong_solution_may_be_shown_and_its_difference_from_the_right_one_not() {
    accepted(&with(
        "{{#listing solutions/01_locks/01_flag/pitfalls/relaxed_store.patch}}",
    ));
    let difference = with("{{#difference flag/relaxed_store}}");
    refused(
        &difference,
        5,
        "this shows `publish` beside our solution, before",
    );
}

#[test]
fn the_window_of_a_trace_may_not_show_what_else_is_open() {
    let trace = with("{{#trace flag/relaxed_store}}");
    accepted(&trace);
    take_is_open(&trace);
    refused(
        &trace,
        5,
        "this shows `take` as our solution has it, before",
    );
}

#[test]
fn six_minutes_may_stand_before_an_exercise() {
    let six = "word ".repeat(6 * 180);
    accepted(&with(&six));
    let repository = with(&format!("{six}\n\n{six}"));
    refused(
        &repository,
        9,
        "12 minutes of reading stand before the exercise, of at most 6",
    );
    let repository = Repository::new("repository");
    write(&repository, &format!("{BOX}\n\n{DEBRIEF}\n{six}{six}\n"));
    accepted(&repository);
}

#[test]
fn behind_an_exercise_there_is_a_debrief() {
    let repository = Repository::new("repository");
    write(&repository, &format!("{BOX}\n\n### Debrief\n"));
    refused(
        &repository,
        5,
        "`## Debrief` is missing behind the exercise",
    );
    write(&repository, &format!("{DEBRIEF}\n{BOX}\n"));
    refused(&repository, 5, "`## Debrief` stands before the exercise");
}
