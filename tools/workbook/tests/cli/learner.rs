//! What a learner types.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::workbook::{EXERCISE, SOLUTION, Workbook, command, command_with};

fn source() -> String {
    format!("{EXERCISE}/src/latch.rs")
}

#[test]
fn list_shows_what_there_is_and_how_far_one_is() {
    let workbook = Workbook::new();
    let list = workbook.run(&["list"]);
    assert_eq!(list.code, 0);
    assert!(
        list.out.contains("· latch    5 min  A latch"),
        "{}",
        list.out
    );

    let state = || {
        let list: Value = serde_json::from_str(&workbook.run(&["list", "--json"]).out).unwrap();
        list["chapters"][0]["exercises"][0]["state"].clone()
    };
    assert_eq!(state(), "untouched");
    workbook.change(&source(), "self.open", "!!self.open");
    assert_eq!(state(), "begun");
    workbook.change(
        &source(),
        "todo!(\"remember that it is open\")",
        "self.open = true;",
    );
    assert_eq!(state(), "written");
    workbook.write(&source(), b"\xff\xfe");
    assert_eq!(state(), "written");
    fs::remove_file(workbook.root.join(source())).unwrap();
    assert_eq!(state(), "unknown");
}

#[test]
fn commands_work_from_any_folder_of_the_workbook_and_say_so_outside() {
    let workbook = Workbook::new();
    assert_eq!(
        workbook.run_in(&format!("{EXERCISE}/src"), &["list"]).code,
        0
    );
    let outside = command(workbook.root.parent().unwrap(), &["list"]);
    assert_eq!(outside.code, 3);
    assert!(
        outside.err.contains("is not inside the workbook"),
        "{}",
        outside.err
    );
}

#[test]
fn a_mistyped_name_is_a_usage_error_that_suggests_the_right_one() {
    let workbook = Workbook::new();
    for arguments in [
        ["hint", "lach"],
        ["check", "Latch"],
        ["reset", "lacht"],
        ["verify", "latsch"],
    ] {
        let said = workbook.run(&arguments);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains("did you mean `latch`?"), "{}", said.err);
    }
    assert_eq!(workbook.run(&["hint", "latch", "--tier", "4"]).code, 2);
    assert_eq!(workbook.run(&["frobnicate"]).code, 2);
}

#[test]
fn a_file_stands_for_its_exercise() {
    let workbook = Workbook::new();
    let by_name = workbook.run(&["hint", "latch"]);
    let absolute = workbook.root.join(source()).display().to_string();
    for path in [
        source(),
        format!("{SOLUTION}/src/latch.rs"),
        EXERCISE.to_owned(),
        absolute,
    ] {
        assert_eq!(workbook.run(&["hint", &path]).out, by_name.out, "{path}");
    }
    let here = workbook.run_in(&format!("{EXERCISE}/src"), &["hint", "./latch.rs"]);
    assert_eq!(here.out, by_name.out);
    assert_eq!(workbook.run(&["hint", "lanes/src/lib.rs"]).code, 2);
}

/// What README, the book and the editors' files tell a learner to type.
#[test]
fn every_command_that_is_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut commands = BTreeSet::new();
    for file in [
        "README.md",
        "book/src/getting_started.md",
        "book/src/how_an_exercise_works.md",
        ".vscode/tasks.json",
        ".devcontainer/devcontainer.json",
    ] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        if file.ends_with(".json") {
            serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        for (_, after) in text
            .match_indices("cargo workbook ")
            .map(|(at, it)| text.split_at(at + it.len()))
        {
            let command = after
                .split(|c: char| !c.is_ascii_lowercase())
                .next()
                .unwrap();
            if !command.is_empty() {
                commands.insert(command.to_owned());
            }
        }
    }
    assert!(commands.len() > 5, "{commands:?}");
    let workbook = Workbook::new();
    for command in commands {
        assert_eq!(workbook.run(&[&command, "--help"]).code, 0, "{command}");
    }
}

#[test]
fn hints_come_one_at_a_time() {
    let workbook = Workbook::new();
    let first = workbook.run(&["hint", "latch"]);
    assert_eq!(first.code, 0);
    assert!(
        first.out.contains("What has to be remembered?"),
        "{}",
        first.out
    );
    assert!(!first.out.contains("bool"), "{}", first.out);
    assert!(
        first
            .out
            .contains("Next, a direction: cargo workbook hint latch direction"),
        "{}",
        first.out
    );

    let last = workbook.run(&["hint", "latch", "shape"]);
    assert_eq!(
        last.out,
        workbook.run(&["hint", "latch", "--tier", "3"]).out
    );
    let mistyped = workbook.run(&["hint", "latch", "directoin"]);
    assert_eq!(mistyped.code, 2, "{mistyped:?}");
    assert!(mistyped.err.contains("'direction'"), "{}", mistyped.err);
    assert!(last.out.contains("self.open = true;"), "{}", last.out);
    assert!(
        last.out.contains(&format!("{SOLUTION}/src/latch.rs")),
        "{}",
        last.out
    );
}

#[test]
fn reset_keeps_what_was_written() {
    let workbook = Workbook::new();
    let starter = workbook.read(&source());
    let nothing = workbook.run(&["reset", "latch"]);
    assert_eq!(
        (nothing.code, nothing.out.contains("nothing to do")),
        (0, true),
        "{nothing:?}"
    );
    assert!(!workbook.root.join("saved").exists());

    // Twice in the same second, and not even UTF-8: no work is lost.
    let works: [&[u8]; 2] = [b"my work", b"my \xff work"];
    for work in works {
        workbook.write(&source(), work);
        let reset = workbook.run(&["reset", "latch"]);
        assert_eq!(reset.code, 0, "{reset:?}");
        assert!(
            reset.out.contains("saved/01_first/01_latch/latch."),
            "{}",
            reset.out
        );
        assert_eq!(workbook.read(&source()), starter);
    }
    let saved = fs::read_dir(workbook.root.join("saved/01_first/01_latch")).unwrap();
    let mut saved: Vec<Vec<u8>> = saved
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect();
    saved.sort();
    assert_eq!(saved, works);

    fs::remove_file(workbook.root.join(source())).unwrap();
    assert_eq!(workbook.run(&["reset", "latch"]).code, 0);
    assert_eq!(workbook.read(&source()), starter);
    // Nothing but the source is left in its folder.
    assert_eq!(
        fs::read_dir(workbook.root.join(EXERCISE).join("src"))
            .unwrap()
            .count(),
        2
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_reader_that_has_gone_are_no_crashes() {
    use std::process::{Command, Stdio};

    let workbook = Workbook::new();
    let list = |stdout: Stdio| {
        let mut list = Command::new(env!("CARGO_BIN_EXE_workbook"));
        list.arg("list").current_dir(&workbook.root);
        let output = list.stdout(stdout).stderr(Stdio::piped()).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let (code, said) = list(full.into());
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("not all of this could be printed"), "{said}");

    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(list(writer.into()), (Some(0), String::new()));
}

#[test]
fn what_is_wrong_elsewhere_is_not_called_the_learners_mistake() {
    let workbook = Workbook::new();
    workbook.change("lanes/Cargo.toml", "[package]", "[pakage]");
    let check = workbook.run(&["check", "latch"]);
    assert_eq!(check.code, 1, "{check:?}");
    assert!(
        check.out.contains("It is not about your code"),
        "{}",
        check.out
    );
}

#[test]
fn reset_leaves_a_read_only_file_alone() {
    let workbook = Workbook::new();
    workbook.write(&source(), "my work");
    let path = workbook.root.join(source());
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();

    let reset = workbook.run(&["reset", "latch"]);
    assert_eq!(reset.code, 3);
    assert!(reset.err.contains("is read-only"), "{}", reset.err);
    assert!(reset.err.contains("chmod"), "{}", reset.err);
    assert_eq!(workbook.read(&source()), "my work");
}

/// One test for all of `check`: each step compiles only what it changed.
#[test]
fn check_says_what_stands_and_what_to_do_next() {
    let workbook = Workbook::new();
    let untouched = workbook.run(&["check", "latch"]);
    assert_eq!(untouched.code, 1);
    for text in [
        "behaviour  1 of 3 pass",
        "models     0 of 1 pass",
        "Next: behaviour::opens\n      An open latch is open.",
        &format!("{EXERCISE}/tests/tiers/behaviour.rs:11"),
        "cargo workbook hint latch",
    ] {
        assert!(
            untouched.out.contains(text),
            "no {text:?} in\n{}",
            untouched.out
        );
    }
    let todos: Vec<&str> = untouched
        .out
        .lines()
        .filter(|line| line.contains("todo!"))
        .collect();
    assert_eq!(
        todos,
        ["✗ 3 tests come to a `todo!`: that is where you write"]
    );
    assert!(
        untouched.out.contains(&format!(
            "Write {EXERCISE}/src/latch.rs:16:9: remember that it is open"
        )),
        "{}",
        untouched.out
    );

    workbook.change(&source(), "todo!", "to do!");
    let half_written = workbook.run(&["check", "latch"]);
    assert_eq!(half_written.code, 1);
    assert!(
        half_written
            .out
            .contains("No test has run: latch does not compile"),
        "{}",
        half_written.out
    );
    assert!(
        half_written.err.contains("src/latch.rs:16"),
        "{}",
        half_written.err
    );

    workbook.write(&source(), b"// \xff\n");
    let not_text = workbook.run(&["check", "latch"]);
    assert_eq!(not_text.code, 1);
    assert!(
        not_text.out.contains("does not compile"),
        "{}",
        not_text.out
    );
    assert!(not_text.err.contains("UTF-8"), "{}", not_text.err);

    let aborts = workbook.read(&format!("{SOLUTION}/src/latch.rs"));
    workbook.write(
        &source(),
        aborts.replace("open(&mut self.open);", "std::process::abort()"),
    );
    let stopped = workbook.run(&["check", "latch"]);
    assert_eq!(stopped.code, 1);
    assert!(
        stopped.out.contains("The tests stopped half-way"),
        "{}",
        stopped.out
    );
    // Cargo is content with this one.
    workbook.write(
        &source(),
        aborts.replace("open(&mut self.open);", "std::process::exit(0)"),
    );
    let exits = workbook.run(&["check", "latch"]);
    assert_eq!(exits.code, 1);
    assert!(
        exits.out.contains("Not every test has a verdict"),
        "{}",
        exits.out
    );

    workbook.write(
        &source(),
        workbook.read(&format!("{SOLUTION}/src/latch.rs")),
    );
    let solved = workbook.run(&["check", "latch"]);
    assert_eq!(solved.code, 0);
    assert!(
        solved.out.contains("latch: 5 tests passed."),
        "{}",
        solved.out
    );
}

/// One test for all of `trace`: each step compiles only what it changed.
#[test]
fn trace_shows_the_table_and_draws_the_page() {
    let workbook = Workbook::new();
    let page = "target/workbook/trace/latch.html";
    let file = "target/workbook/trace/latch/models.opens_in_every_schedule.json";
    let untouched = workbook.run(&["trace", "latch"]);
    assert_eq!(untouched.code, 1, "{untouched:?}");
    for text in [
        "models::opens_in_every_schedule",
        "it breaks",
        "No schedule to step through: it came to a `todo!`, whatever the schedule.",
        "not yet implemented: remember that it is open",
    ] {
        assert!(
            untouched.out.contains(text),
            "no {text:?} in\n{}",
            untouched.out
        );
    }
    assert!(!workbook.root.join(page).exists());

    // One model with a schedule, and two without, each for another reason.
    workbook.change(
        &source(),
        "todo!(\"remember that it is open\")",
        "self.open = false;",
    );
    let models = format!("{EXERCISE}/tests/tiers/models.rs");
    let more = "
        #[test] fn is_unfinished() { lanes::model(|| todo!(\"the rest\")); }
        #[test] fn has_no_model() { panic!(\"words of its own\"); }
    ";
    workbook.write(&models, workbook.read(&models) + more);
    let some = workbook.run(&["trace", "latch"]);
    assert_eq!(some.code, 1, "{some:?}");
    for text in [
        file,
        "there is a schedule in which it is shut",
        "models::is_unfinished",
        "models::has_no_model",
        "it failed where no model was running",
        "Step through it: file:///",
        "/my%20workbook/target/workbook/trace/latch.html",
    ] {
        assert!(some.out.contains(text), "no {text:?} in\n{}", some.out);
    }
    assert_eq!(workbook.json(file)["outcome"], "fail");
    assert!(!workbook.read(page).contains("is_unfinished"));
    let asked_of_the_book = workbook.read(page);
    for argument in ["trace", "--source", &source(), file] {
        let found = asked_of_the_book
            .lines()
            .any(|line| line.ends_with(argument));
        assert!(found, "no {argument} in {asked_of_the_book}");
    }

    let by_name = workbook.run(&["trace", "latch", "every_schedule", "--json"]);
    assert_eq!(by_name.code, 1, "{by_name:?}");
    let answer: Value = serde_json::from_str(&by_name.out).unwrap();
    assert_eq!(
        (&answer["traces"][0]["file"], &answer["page"]),
        (&file.into(), &page.into())
    );
    assert_eq!(answer["without_schedule"], Value::Array(Vec::new()));
    let mistyped = workbook.run(&["trace", "latch", "models::opens_in_evry_schedule"]);
    assert_eq!(mistyped.code, 2, "{mistyped:?}");
    let meant = "did you mean `opens_in_every_schedule`?";
    assert!(mistyped.err.contains(meant), "{}", mistyped.err);

    // Without the book there is still the table.
    workbook.change("book/src/main.rs", "fn main()", "fn main(");
    let no_book = workbook.run(&["trace", "latch"]);
    assert_eq!(no_book.code, 1);
    assert!(no_book.out.contains("it breaks"), "{}", no_book.out);
    assert!(
        no_book.err.contains("could not be drawn"),
        "{}",
        no_book.err
    );
    assert!(
        !workbook.root.join(page).exists(),
        "a page of an earlier run is left"
    );

    workbook.write(
        &source(),
        workbook.read(&format!("{SOLUTION}/src/latch.rs")),
    );
    workbook.write(&models, workbook.read(&models).replace(more, ""));
    let solved = workbook.run(&["trace", "latch", "--json"]);
    assert_eq!(solved.code, 0, "{solved:?}");
    let answer: Value = serde_json::from_str(&solved.out).unwrap();
    assert_eq!(answer["models"], 1);
    assert_eq!(answer["traces"], Value::Array(Vec::new()));
    assert_eq!(answer["page"], Value::Null);

    workbook.write(&source(), "pub struct Latch");
    let half_written = workbook.run(&["trace", "latch"]);
    assert_eq!(half_written.code, 1);
    assert!(
        half_written.out.contains("No model came as far"),
        "{}",
        half_written.out
    );
}

#[test]
fn doctor_tells_a_program_what_it_found() {
    let workbook = Workbook::new();
    let doctor = workbook.run(&["doctor", "--json"]);
    let diagnosis: Value = serde_json::from_str(&doctor.out).unwrap();
    let level = |name: &str| {
        let findings = diagnosis["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|finding| finding["name"] == name)
            .unwrap()["level"]
            .clone()
    };
    assert_eq!(level("rust"), "good", "{diagnosis:#}");
    assert_eq!(level("exercises"), "good", "{diagnosis:#}");
    // The small workbook has no lock file: that is found, and it is required.
    assert_eq!(level("crates"), "missing", "{diagnosis:#}");
    assert_eq!(
        (doctor.code, diagnosis["ready"].clone()),
        (1, Value::Bool(false))
    );
}

#[test]
fn doctor_sees_a_toolchain_that_is_too_old() {
    let workbook = Workbook::new();
    workbook.change(
        "Cargo.toml",
        "rust-version = \"1.95\"",
        "rust-version = \"1.9999\"",
    );
    let doctor = workbook.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor.out.contains("the workbook asks for 1.9999"),
        "{}",
        doctor.out
    );
    assert!(
        doctor.out.contains("rustup update stable"),
        "{}",
        doctor.out
    );
}

#[test]
fn every_command_has_help_with_an_example() {
    let workbook = Workbook::new();
    for command in [
        "next", "watch", "list", "check", "hint", "reset", "trace", "break", "doctor", "new",
        "pitfall", "verify", "weaken", "soak",
    ] {
        let help = workbook.run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        assert!(help.out.contains("Example"), "{}", help.out);
        assert!(
            help.out.contains(&format!("cargo workbook {command}")),
            "{}",
            help.out
        );
    }
}

#[test]
fn a_missing_cargo_is_named() {
    let workbook = Workbook::new();
    for arguments in [["check", "latch"], ["trace", "latch"], ["verify", "latch"]] {
        let said = command_with(
            &workbook.root,
            &arguments,
            &[("CARGO", "/there/is/no/cargo")],
        );
        assert_eq!(said.code, 3, "{said:?}");
        assert!(said.err.contains("cargo did not start"), "{}", said.err);
        assert!(said.err.contains("https://rustup.rs"), "{}", said.err);
    }
}

#[test]
fn a_manifest_that_is_not_an_exercise_is_named() {
    let workbook = Workbook::new();
    workbook.change(
        &format!("{EXERCISE}/Cargo.toml"),
        "minutes-to-solve",
        "minutes",
    );
    let said = workbook.run(&["list"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(
        said.err
            .contains("01_latch/Cargo.toml is not the manifest of an exercise"),
        "{}",
        said.err
    );
    assert!(said.err.contains("unknown field `minutes`"), "{}", said.err);
}
