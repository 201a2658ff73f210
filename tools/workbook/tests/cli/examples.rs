//! `verify` on examples: each prints what the file beside it says.

use std::fs;

use serde_json::Value;

use crate::workbook::{SOLUTION, Said, Workbook, problems};

const PACKAGE: &str = "solutions/01_first/examples";

fn verify(workbook: &Workbook, arguments: &[&str]) -> (Said, Value) {
    let said = workbook.run(&[&["verify", "--json", "proof.json"], arguments].concat());
    (said, workbook.json("proof.json"))
}

/// A workbook with a package of examples that belongs to no exercise.
fn with_examples(examples: &[(&str, &str)]) -> Workbook {
    let workbook = Workbook::new();
    let manifest = "[package]\nname = \"first_examples\"\nedition.workspace = true\n";
    workbook.write(&format!("{PACKAGE}/Cargo.toml"), manifest);
    workbook.write(&format!("{PACKAGE}/src/lib.rs"), "");
    for (name, text) in examples {
        workbook.write(&format!("{PACKAGE}/examples/{name}"), text);
    }
    workbook
}

/// One test for all that should hold: each step compiles only what it changed.
#[test]
fn what_examples_print_is_recorded_and_compared() {
    let workbook = with_examples(&[
        (
            "greets.rs",
            "fn main() { println!(\"good morning\"); eprintln!(\"(aside)\"); }",
        ),
        (
            "panics.rs",
            "// exits: 101\n//! On purpose.\nfn main() { println!(\"so far\"); panic!(); }",
        ),
        (
            "aborts.rs",
            "// exits: abort\nfn main() { println!(\"so far\"); std::process::abort(); }",
        ),
    ]);
    let output = |name: &str| format!("{PACKAGE}/examples/{name}.stdout");
    let missing = "is missing: it is what the example beside it prints".to_owned();

    let (said, proof) = verify(&workbook, &["first_examples"]);
    assert_eq!(said.code, 1, "{said:?}");
    let names = ["aborts", "greets", "panics"];
    assert_eq!(
        problems(&proof),
        names.map(|name| (output(name), missing.clone()))
    );
    assert_eq!(
        (&proof["exercises"], &proof["examples"]),
        (&0.into(), &3.into())
    );

    let (said, proof) = verify(&workbook, &["first_examples", "--record"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(workbook.read(&output("greets")), "good morning\n");
    assert_eq!(workbook.read(&output("panics")), "so far\n");
    assert_eq!(proof["examples_current"], 3);
    assert_eq!(proof["packages"][0]["package"], "first_examples");

    // A clone on Windows has other line ends.
    workbook.write(&output("greets"), "good morning\r\n");
    workbook.write(&output("aborts"), "so fat\n");
    workbook.write(&output("gone"), "");
    let (said, proof) = verify(&workbook, &["first_examples"]);
    assert_eq!(
        problems(&proof),
        [
            (
                output("gone"),
                "there is no example gone.rs beside it".to_owned()
            ),
            (
                output("aborts"),
                "is not what the example prints today:".to_owned()
            ),
        ]
    );
    assert!(said.out.contains("-so fat\n    +so far"), "{}", said.out);
    assert_eq!(proof["examples_current"], 2);

    let (said, _) = verify(&workbook, &["first_examples", "--record"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!workbook.root.join(output("gone")).exists());
}

#[test]
fn an_example_that_goes_wrong_is_named_and_not_recorded() {
    let workbook = with_examples(&[
        ("panics.rs", "fn main() { panic!(\"at the disco\"); }"),
        ("no_panic.rs", "// exits: 101\nfn main() {}"),
        ("hangs.rs", "fn main() { loop { std::thread::park(); } }"),
        ("not_rust.rs", "fn main() { let a: u32 = \"three\"; }"),
        ("odd.rs", "// exits: well\nfn main() {}"),
        ("a_folder/main.rs", "fn main() {}"),
    ]);
    let (said, proof) = verify(&workbook, &["first_examples", "--record", "--timeout", "2"]);
    assert_eq!(said.code, 1, "{said:?}");
    let file = |name: &str| format!("{PACKAGE}/examples/{name}.rs");
    let expected = [
        (
            format!("{PACKAGE}/examples"),
            "its example `a_folder` is not a file",
        ),
        (file("hangs"), "was not done after 2 s"),
        (file("no_panic"), "ends with "),
        (file("not_rust"), "does not compile:"),
        (file("odd"), "its first line says `// exits: well`"),
        (file("panics"), "ends with "),
    ];
    let found = problems(&proof);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((file, what), (expected_file, expected_what)) in found.iter().zip(&expected) {
        assert_eq!(file, expected_file);
        assert!(
            what.starts_with(expected_what),
            "{what:?} is not {expected_what:?}"
        );
    }
    for text in [
        "at the disco",
        "mismatched types",
        "and not with exit code 101",
    ] {
        assert!(said.out.contains(text), "no {text:?} in\n{}", said.out);
    }
    let folder = fs::read_dir(workbook.root.join(PACKAGE).join("examples")).unwrap();
    let recorded = folder.filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "stdout")
    });
    assert_eq!(recorded.count(), 0);
}

#[test]
fn the_examples_of_a_solution_belong_to_its_exercise() {
    let workbook = Workbook::new();
    workbook.write(
        &format!("{SOLUTION}/examples/once.rs"),
        "fn main() { let mut latch = latch::Latch::default(); latch.open(); println!(\"{}\", latch.is_open()); }",
    );
    let (said, proof) = verify(&workbook, &["latch", "--record"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(
        workbook.read(&format!("{SOLUTION}/examples/once.stdout")),
        "true\n"
    );
    let row = &proof["rows"][0];
    assert_eq!(
        (&row["examples"], &row["examples_current"]),
        (&1.into(), &1.into())
    );
    assert!(said.out.contains("1 of 1 example current"), "{}", said.out);
}

#[test]
fn two_examples_of_one_name_are_refused() {
    // Cargo links both to the same file. Which of them runs depends on which was linked last.
    let workbook = with_examples(&[("once.rs", "fn main() { println!(\"here\"); }")]);
    let other = format!("{SOLUTION}/examples/once.rs");
    workbook.write(&other, "fn main() { println!(\"there\"); }");
    let (said, proof) = verify(&workbook, &["--record"]);
    assert_eq!(said.code, 1, "{said:?}");
    let found = problems(&proof);
    assert_eq!(found.len(), 2, "{found:#?}");
    for (_, what) in &found {
        assert!(
            what.starts_with("has the name of another package's"),
            "{what}"
        );
    }
}
