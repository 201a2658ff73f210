//! A page that states a wrong answer does not build, nor one whose program has changed under it.

mod common;

use common::{Repository, text};

const PROGRAM: &str = "solutions/01_locks/01_flag/examples/sums";
const CHOICES: &str =
    "[[choice]]\ntext = \"4\"\nright = true\n[[choice]]\ntext = \"2\"\nwhy = \"no\"\n";

/// A page with a prediction whose fence is on line 3.
fn page(id: &str, kind: &str, program: &str, choices: &str) -> String {
    format!(
        "# Page\n\n```predict\nid = \"{id}\"\nquestion = \"?\"\nkind = \"{kind}\"\nprogram = \"{program}\"\nexplain = \"!\"\n{choices}```\n"
    )
}

#[track_caller]
fn fails(page: &str, line: usize, problem: &str) {
    let repository = Repository::new("repository");
    repository.write("book/src/index.md", page);
    let told = repository.failure(&[]);
    let expected = format!("book/src/index.md:{line}: {problem}");
    assert!(told.contains(&expected), "no `{expected}` in\n{told}");
}

#[test]
fn a_wrong_answer() {
    let program = format!("{PROGRAM}.rs");
    let wrong = CHOICES.replace('4', "5");
    fails(
        &page("x", "one", &program, &wrong),
        9,
        &format!("predict: the page says \"5\", but as its last line {program} prints \"4\""),
    );
    fails(
        &page(
            "x",
            "outcomes",
            &program,
            &CHOICES.replace("why", "right = true\nwhy"),
        ),
        3,
        &format!(
            "predict: the page says \"2\", \"4\", but as all that can happen {program} prints \"2\", \"3\", \"4\""
        ),
    );
    let order = "[[choice]]\ntext = \"drops a\"\n[[choice]]\ntext = \"drops b\"\n";
    let program = "solutions/01_locks/01_flag/examples/order.rs";
    fails(
        &page("x", "order", program, order),
        9,
        &format!(
            "predict: the page says \"drops a\", \"drops b\", but in this order {program} prints \"drops b\", \"drops a\""
        ),
    );
}

#[test]
fn a_block_that_makes_no_sense() {
    let program = format!("{PROGRAM}.rs");
    fails(
        &page("x", "two", &program, CHOICES),
        6,
        "predict: unknown variant `two`",
    );
    fails(
        &page("x", "one", &program, &format!("{CHOICES}hint = 1\n")),
        15,
        "predict: unknown field `hint`",
    );
    fails(
        &page(
            "x",
            "one",
            "exercises/01_locks/01_flag/src/flag.rs",
            CHOICES,
        ),
        7,
        "\"exercises/01_locks/01_flag/src/flag.rs\" is not PACKAGE/examples/NAME.rs",
    );
    fails(
        &page("x", "one", "a/examples/b.rs", CHOICES),
        7,
        "no file a/examples/b.rs",
    );
}

#[test]
fn an_id_that_another_page_has() {
    let program = format!("{PROGRAM}.rs");
    let repository = Repository::new("repository");
    repository.write(
        "book/src/index.md",
        page("all-sums", "one", &program, CHOICES),
    );
    let told = repository.failure(&[]);
    assert!(
        told.contains(
            "predictions.md:23: predict: the id \"all-sums\" is that of book/src/index.md:3 already"
        ),
        "{told}"
    );
}

#[test]
fn a_program_that_has_changed() {
    let repository = Repository::new("repository");
    let strict = ["--strict", "--out", "out"];
    let program = repository.read(&format!("{PROGRAM}.rs"));

    repository.write(
        &format!("{PROGRAM}.rs"),
        program.replace("(2, 2)", "(2, 7)"),
    );
    assert!(repository.build(&["--out", "out"]).status.success());
    let told = repository.failure(&strict);
    for part in [
        "predictions.md:7: predict: the page says \"4\", but as its last line",
        "prints \"9\" now; its .stdout is out of date",
        "predictions.md:23: predict: the page says \"2\", \"3\", \"4\"",
    ] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }

    repository.write(
        &format!("{PROGRAM}.rs"),
        program.replace("// exits: 101\n", ""),
    );
    let told = repository.failure(&strict);
    assert!(told.contains("which its first line does not say"), "{told}");

    repository.write(&format!("{PROGRAM}.rs"), program.replace("a + b", "a + c"));
    let told = repository.failure(&strict);
    assert!(
        told.contains("do not compile") && told.contains("cannot find value `c`"),
        "{told}"
    );

    repository.write(&format!("{PROGRAM}.rs"), &program);
    let run = repository.build(&strict);
    assert!(run.status.success(), "{}", text(&run.stderr));
}
