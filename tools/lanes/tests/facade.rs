//! What a model may use: each part of it in a right program, which passes, and in a wrong one, which is caught.

#[path = "facade/freed.rs"]
mod freed;
#[path = "facade/meeting.rs"]
mod meeting;
#[path = "facade/misuse.rs"]
mod misuse;
#[path = "facade/notes.rs"]
mod notes;
#[path = "facade/once.rs"]
mod once;
#[path = "facade/small.rs"]
mod small;

use lanes::{Kind, Model, Style};

/// Expects that every execution passes.
fn passes(program: impl Fn() + Send + Sync + 'static) {
    match Model::new().allow_one_schedule().explore(program) {
        Ok(pass) => assert!(
            !pass.is_hidden(),
            "something outside decides what a thread does"
        ),
        Err(report) => panic!("{}", report.table(Style::default())),
    }
}

/// Expects a failure of that kind, whose table has all of these words.
fn fails(kind: Kind, words: &[&str], program: impl Fn() + Send + Sync + 'static) {
    let Err(report) = Model::new().allow_one_schedule().explore(program) else {
        panic!("every execution passes")
    };
    let style = Style {
        width: 200,
        ..Style::default()
    };
    let table = report.table(style);
    assert_eq!(report.kind(), kind, "{table}");
    for words in words {
        assert!(table.contains(words), "no “{words}” in:\n{table}");
    }
}
