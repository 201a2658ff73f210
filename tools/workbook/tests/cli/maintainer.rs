//! `verify`: on a workbook in which everything holds, and on one in which nothing does.

use std::fs;

use serde_json::{Value, json};

use crate::workbook::{EXERCISE, SOLUTION, Said, Workbook, problems};

fn verify(workbook: &Workbook, arguments: &[&str]) -> (Said, Value) {
    let said = workbook.run(&[&["verify", "--json", "proof.json"], arguments].concat());
    let proof = workbook.json("proof.json");
    (said, proof)
}

/// One test for all that should hold: each step compiles only what it changed.
#[test]
fn everything_holds_and_traces_are_recorded_and_compared() {
    let workbook = Workbook::new();
    let trace = "book/data/traces/latch/never.json";

    let (missing, proof) = verify(&workbook, &[]);
    assert_eq!(missing.code, 1, "{missing:?}");
    assert_eq!(proof["problems"], 1, "{proof:#}");
    let problem = &proof["rows"][0]["problems"][0];
    assert_eq!(problem["file"], trace);
    assert_eq!(problem["do"], "run `cargo workbook verify latch --record`");

    let (recorded, proof) = verify(&workbook, &["--record", "latch"]);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    assert_eq!(workbook.json(trace)["outcome"], "fail");
    let row = proof["rows"][0].clone();
    let mut counts = proof;
    counts.as_object_mut().unwrap().remove("rows");
    assert_eq!(
        counts,
        json!({
            "version": 1, "exercises": 1, "starters_compile": 1, "starters_fail": 1, "solutions_pass": 1,
            "pitfalls": 4, "pitfalls_caught": 4, "alternatives": 1, "alternatives_accepted": 1, "models": 1, "models_exhaustive": 1, "loom_objects": 0,
            "examples": 0, "examples_current": 0, "problems": 0, "packages": []
        })
    );
    assert_eq!(row["tests"], 4);
    assert_eq!(row["pitfalls"][1]["caught_by"], "behaviour::opens");
    assert_eq!(
        row["models"],
        json!([{
            "name": "models::opens_in_every_schedule", "states": 2, "passed": true, "loom_objection": null
        }])
    );

    workbook.change(trace, "\"outcome\":\"fail\"", "\"outcome\":\"pass\"");
    workbook.write("book/data/traces/latch/gone.json", "{}");
    let (_, proof) = verify(&workbook, &[]);
    assert_eq!(
        problems(&proof),
        [
            (
                trace.to_owned(),
                "is not what the model finds today".to_owned()
            ),
            (
                "book/data/traces/latch/gone.json".to_owned(),
                "there is no such pitfall".to_owned()
            ),
        ]
    );
    let (again, _) = verify(&workbook, &["--record"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(
        !workbook
            .root
            .join("book/data/traces/latch/gone.json")
            .exists()
    );

    // What is not caught for its reason is not recorded either.
    workbook.write(trace, "as it was");
    let never = format!("{SOLUTION}/pitfalls/never.patch");
    workbook.change(&never, "Because: there is", "Because: there is no");
    let (refused, _) = verify(&workbook, &["--record"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(workbook.read(trace), "as it was");
}

/// Every property is broken on purpose, all at once, and each is noticed by name.
#[test]
fn whatever_does_not_hold_is_noticed() {
    let workbook = Workbook::new();
    let solution = format!("{SOLUTION}/src/latch.rs");
    let starter = format!("{EXERCISE}/src/latch.rs");
    let pitfall = |name: &str| format!("{SOLUTION}/pitfalls/{name}.patch");
    let tests = format!("{EXERCISE}/tests/tiers/behaviour.rs");

    // Files.
    workbook.change(
        &format!("{EXERCISE}/src/latch.rs"),
        "self.open",
        "!!self.open",
    );
    workbook.change(&solution, "/// Opens it.", "/// Opens the latch.");
    workbook.change(
        &format!("{SOLUTION}/src/lib.rs"),
        "//! A latch.",
        "//! The latch.",
    );
    workbook.change(
        &format!("{SOLUTION}/Cargo.toml"),
        "tiers/main.rs",
        "tiers/models.rs",
    );
    workbook.change(
        &format!("{EXERCISE}/hints.md"),
        "## 2 · A direction",
        "## A direction",
    );
    workbook.change(
        &format!("{EXERCISE}/Cargo.toml"),
        "first\"]",
        "first\", \"behaviour::nobody\"]",
    );

    workbook.change(
        &format!("{EXERCISE}/tests/tiers/main.rs"),
        "lanes::each_test!();",
        "",
    );

    // More tests, which the starter ends in every way but the right one; the solution fails one.
    let more = "
        #[test] fn passes() {}
        #[test] fn gives_up() { assert!(on_the_solution(), \"hang: it never finished\"); }
        #[test] fn aborts() { if !on_the_solution() { std::process::abort(); } }
        #[test] fn hangs() { while !on_the_solution() { std::thread::park(); } }
        #[test] fn exits() { std::process::exit(0); }
        #[test] fn even_the_solution_fails() { Latch::default().open(); panic!(\"no way\"); }
        fn on_the_solution() -> bool { include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/latch.rs\")).contains(\"mem::replace\") }
    ";
    workbook.write(&tests, workbook.read(&tests) + more);
    workbook.change(
        &starter,
        "        todo!",
        "        let unused = 1;\n        todo!",
    );
    workbook.change(
        &solution,
        "assert!(latch.is_open());",
        "assert!(!latch.is_open());",
    );
    let models = format!("{EXERCISE}/tests/tiers/models.rs");
    workbook.write(
        &models,
        workbook.read(&models) + "#[test] fn no_model() { Latch::default().open(); }",
    );

    // Pitfalls, in all the ways they can go wrong.
    let forgets = workbook.read(&pitfall("forgets"));
    let forgets_as = |code: &str| {
        let line = "+    let _ = mem::replace(latch, false);";
        assert!(forgets.contains(line), "{forgets}");
        forgets.replace(line, &format!("+    {code}"))
    };
    let value = |value: &str| forgets_as(&format!("let _ = mem::replace(latch, {value});"));
    workbook.write(&pitfall("survives"), value("true | *latch"));
    workbook.write(
        &pitfall("other_reason"),
        value("false & *latch").replace("still shut", "still open"),
    );
    workbook.write(
        &pitfall("no_such_test"),
        value("!true").replace("behaviour::opens", "behaviour::open"),
    );
    workbook.write(&pitfall("not_rust"), value("3"));
    workbook.write(&pitfall("no_header"), forgets.replace("Lesson: ", ""));
    workbook.write(&pitfall("dies"), forgets_as("std::process::abort();"));
    workbook.write(
        &pitfall("never_ends"),
        forgets_as("(0..).for_each(|_: u32| std::thread::park());"),
    );

    let (said, proof) = verify(&workbook, &["--timeout", "2"]);
    assert_eq!(said.code, 1);
    let problem = |file: &str, what: &str| (file.to_owned(), what.to_owned());
    let expected = [
        problem(
            &format!("{EXERCISE}/tests/tiers/main.rs"),
            "has no line `lanes::each_test!();`",
        ),
        problem(&solution, "has drifted from its starter:"),
        problem(
            &format!("{EXERCISE}/src/lib.rs"),
            &format!("is not the same as {SOLUTION}/src/lib.rs"),
        ),
        problem(
            &format!("{SOLUTION}/Cargo.toml"),
            &format!("its `[[test]] name = \"tiers\"` is not {EXERCISE}/tests/tiers/main.rs"),
        ),
        problem(&format!("{EXERCISE}/hints.md"), "its sections (`## `) are"),
        problem(&starter, "is not the starter any more"),
        problem(&starter, "does not compile without a warning:"),
        problem(
            &format!("{EXERCISE}/Cargo.toml"),
            "`given` names the test `behaviour::nobody`, which does not exist",
        ),
        problem(&starter, "ends the process of `behaviour::aborts`"),
        problem(&starter, "ends the process of `behaviour::exits`"),
        problem(
            &starter,
            "hangs in `behaviour::gives_up` until the test gives up",
        ),
        problem(&starter, "hangs in `behaviour::hangs`"),
        problem(
            &starter,
            "passes `behaviour::passes` before a line is written",
        ),
        problem(&solution, "fails `behaviour::even_the_solution_fails`:"),
        problem(&solution, "kills the test binary in `behaviour::exits`"),
        problem(&solution, "an example in its documentation fails:"),
        problem(&models, "`models::no_model` ran no model"),
        problem(
            &pitfall("born_open"),
            "line 8: no longer applies: src/latch.rs has no line `/// assert!(latch.is_open());` any more",
        ),
        problem(
            &pitfall("dies"),
            "is not caught but kills the test binary in `behaviour::opens`",
        ),
        problem("book/data/traces/latch/never.json", "is missing"),
        problem(
            &pitfall("never_ends"),
            "is not caught but hangs in `behaviour::opens`",
        ),
        problem(
            &pitfall("no_header"),
            "line 4: a header has lines `Key: value`",
        ),
        problem(
            &pitfall("no_such_test"),
            "names `behaviour::open`, and there is no such test",
        ),
        problem(&pitfall("not_rust"), "does not compile:"),
        problem(
            &pitfall("other_reason"),
            "is caught by `behaviour::opens`, but for another reason: nothing in its failure says",
        ),
        problem(&pitfall("survives"), "survives: `behaviour::opens` passes"),
        problem(
            &format!("{SOLUTION}/alternatives/looks_first.patch"),
            "is refused: `behaviour::even_the_solution_fails` fails:",
        ),
        problem(
            &format!("{SOLUTION}/alternatives/looks_first.patch"),
            "is refused: `behaviour::exits` dies",
        ),
    ];
    let found = problems(&proof);
    for ((file, what), (expected_file, expected_what)) in found.iter().zip(&expected) {
        assert_eq!(file, expected_file, "{found:#?}");
        assert!(
            what.starts_with(expected_what),
            "{what:?} is not {expected_what:?}"
        );
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");

    assert_eq!(proof["problems"], expected.len());
    assert_eq!(
        (&proof["pitfalls"], &proof["pitfalls_caught"]),
        (&json!(11), &json!(3))
    );
    for holds in ["starters_compile", "starters_fail", "solutions_pass"] {
        assert_eq!(proof[holds], 0, "{holds}");
    }
    for text in [
        "+    /// Opens the latch.",
        "unused variable",
        "did you mean `behaviour::opens`?",
        "mismatched types",
    ] {
        assert!(said.out.contains(text), "no {text:?} in\n{}", said.out);
    }
}

#[test]
fn an_exercise_that_is_not_finished_is_no_reason_to_stop() {
    let workbook = Workbook::new();
    fs::remove_file(workbook.root.join(SOLUTION).join("src/latch.rs")).unwrap();
    fs::remove_dir_all(workbook.root.join(SOLUTION).join("pitfalls")).unwrap();
    workbook.write(&format!("{EXERCISE}/src/latch.rs"), "pub struct Latch {");
    let (said, proof) = verify(&workbook, &[]);
    assert_eq!(said.code, 1, "{said:?}");
    let found = problems(&proof);
    let has = |file: &str, what: &str| {
        assert!(
            found.iter().any(|(f, w)| f == file && w.starts_with(what)),
            "no {file}: {what} in {found:#?}"
        );
    };
    let solution = |file: &str| format!("{SOLUTION}/{file}");
    has(&solution("src/latch.rs"), "cannot be read");
    has(&solution("src/latch.rs"), "was not compiled");
    has(&format!("{EXERCISE}/src/latch.rs"), "does not compile");
    has(&solution("pitfalls"), "has 0 of at least 4 pitfalls");
}

#[test]
fn a_source_that_is_not_text_is_named() {
    let workbook = Workbook::new();
    workbook.write(&format!("{SOLUTION}/pitfalls/never.patch"), b"\xff\n");
    workbook.write(&format!("{EXERCISE}/hints.md"), b"\xff");
    let (said, proof) = verify(&workbook, &[]);
    assert_eq!(said.code, 1, "{said:?}");
    let found = problems(&proof);
    assert_eq!(
        found[0],
        (
            format!("{EXERCISE}/hints.md"),
            "is missing, or not UTF-8".to_owned()
        )
    );
    assert_eq!(found[1].0, format!("{SOLUTION}/pitfalls/never.patch"));
    assert!(found[1].1.starts_with("it cannot be read: "), "{found:#?}");
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn weaken_lists_the_orderings_that_no_model_notices() {
    let workbook = Workbook::new();
    let solution = format!("{SOLUTION}/src/latch.rs");
    let loose = workbook.run(&["weaken", "latch"]);
    assert_eq!(loose.code, 1, "{loose:?}");
    for text in [
        "src/latch.rs:19:9  store: Release → Relaxed  models::opens_in_every_schedule",
        "src/latch.rs:24:9  store: Release → Relaxed  no model notices",
        "1 of 2 weakenings noticed by no model",
    ] {
        assert!(loose.out.contains(text), "no {text:?} in\n{}", loose.out);
    }

    workbook.change(
        &solution,
        "        self.open\n",
        "        self.open // Not modelled: it is a test.\n",
    );
    let explained = workbook.run(&["weaken", "latch", "--json"]);
    assert_eq!(explained.code, 0, "{explained:?}");
    let answer: Value = serde_json::from_str(&explained.out).unwrap();
    assert_eq!(answer["loose"], 0);
    assert_eq!(answer["weakenings"][1]["explained"], "it is a test.");

    workbook.change(
        &solution,
        "mem::replace(latch, true)",
        "mem::replace(latch, false)",
    );
    let broken = workbook.run(&["weaken", "latch"]);
    assert_eq!(broken.code, 3, "{broken:?}");
    assert!(
        broken.err.contains("fails on the solution as it is"),
        "{}",
        broken.err
    );
}

#[test]
fn what_all_of_them_need_is_shown_if_it_does_not_compile() {
    let workbook = Workbook::new();
    workbook.change("lanes/src/lib.rs", "pub fn model", "pub fn modle");
    workbook.change(
        "lanes/src/lib.rs",
        "fn ordering(line: u32) -> String",
        "fn ordering(line: u32)",
    );
    let (said, proof) = verify(&workbook, &[]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("mismatched types"), "{}", said.err);
    let found = problems(&proof);
    // The starter, the solution, the alternative and the four pitfalls.
    assert_eq!(found.len(), 7, "{found:#?}");
    for (_, what) in found {
        assert!(what.starts_with("was not compiled: "), "{what}");
    }
}
