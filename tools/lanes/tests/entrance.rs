//! How models behave as tests: what they print, what they leave in files, and that they end.
//!
//! The tests that are ignored are run by the others, each in a process of its own, to look at what it prints.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::{Condvar, Mutex, thread, tracked};
use lanes::{Kind, Model, Style};

// ----- what the others run

fn two_increments(increment: fn(&AtomicU32)) {
    let count = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let count = Arc::clone(&count);
        move || increment(&count)
    });
    increment(&count);
    other.join().unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 2, "an increment is lost");
}

fn right() {
    two_increments(|count| {
        count.fetch_add(1, Ordering::AcqRel);
    });
}

fn wrong() {
    two_increments(|count| {
        let old = count.load(Ordering::Relaxed);
        count.store(old + 1, Ordering::Relaxed);
    });
}

fn message() {
    let flag = Arc::new((AtomicBool::new(false), AtomicU32::new(0)));
    let sender = thread::spawn({
        let flag = Arc::clone(&flag);
        move || {
            flag.1.store(7, Ordering::Relaxed);
            flag.0.store(true, Ordering::Release);
        }
    });
    if flag.0.load(Ordering::Acquire) {
        assert_eq!(flag.1.load(Ordering::Relaxed), 7);
    }
    sender.join().unwrap();
}

#[test]
#[ignore = "run by the others"]
fn inner_right() {
    lanes::model(right);
    lanes::model(right);
}

#[test]
#[ignore = "run by the others"]
fn inner_wrong() {
    lanes::model(wrong);
}

#[test]
#[ignore = "run by the others"]
fn inner_message() {
    lanes::model(message);
}

#[test]
#[ignore = "run by the others"]
fn inner_cut_off() {
    Model::new().max_states(5).check(right);
}

#[test]
#[ignore = "run by the others"]
fn inner_apart() {
    lanes::stress::apart(|| println!("process {}", std::process::id()));
}

#[test]
#[ignore = "run by the others"]
fn inner_aborts_apart() {
    lanes::stress::apart(|| {
        println!("so far, so good");
        std::process::abort();
    });
}

#[test]
#[ignore = "run by the others"]
fn inner_aborts_as_it_should() {
    lanes::stress::aborts("it went on", || std::process::abort());
}

#[test]
#[ignore = "run by the others"]
fn inner_should_abort_and_ends() {
    lanes::stress::aborts("it went on", || ());
}

#[test]
#[ignore = "run by the others"]
fn inner_should_abort_and_panics() {
    lanes::stress::aborts("it went on", || panic!("too many"));
}

#[test]
#[ignore = "run by the others"]
fn inner_should_abort_and_exits() {
    lanes::stress::aborts("it went on", || std::process::exit(3));
}

fn run(test: &str, variables: &[(&str, &Path)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored"]);
    command
        .env_remove("LANES_DIR")
        .env_remove("LANES_LOOM")
        .env_remove("LANES_REPLAY")
        .env_remove("LANES_STYLE")
        .env_remove("LANES_WEAKEN")
        .env_remove("COLUMNS");
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn read(path: PathBuf) -> serde_json::Value {
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
    serde_json::from_str(&text).unwrap()
}

// ----- what is printed

#[test]
fn a_pass_says_on_standard_error_how_much_was_explored() {
    let output = run("inner_right", &[]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    let said = "inner_right: all executions explored in ";
    assert!(text.contains(said), "{text}");
    assert!(text.contains(" states; loom: all its "), "{text}");
}

#[test]
fn how_much_loom_runs_is_asked_for_by_a_variable() {
    let asked = |count| run("inner_right", &[("LANES_LOOM", Path::new(count))]);
    let few = asked("1");
    let text = String::from_utf8(few.stderr).unwrap();
    assert!(few.status.success(), "{text}");
    assert!(text.contains("loom: the first execution"), "{text}");

    let no_number = asked("many");
    assert!(!no_number.status.success());
    let text = String::from_utf8(no_number.stdout).unwrap();
    let said = "LANES_LOOM is \"many\": give it the number of executions";
    assert!(text.contains(said), "{text}");
}

#[test]
fn a_cut_off_exploration_is_no_pass() {
    let output = run("inner_cut_off", &[]);
    assert!(!output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("too many schedules: no failure in the first "),
        "{text}"
    );
}

#[test]
fn a_failure_shows_its_table_with_the_test() {
    let output = run("inner_wrong", &[]);
    assert!(!output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, captured) = text.split_once("---- inner_wrong stdout ----").unwrap();
    assert!(
        captured.contains("assertion failed: an increment is lost"),
        "{text}"
    );
    assert!(captured.contains("T0 main"), "{text}");
    assert!(captured.contains("fetch_add"), "{text}");
    assert!(!captured.contains("RUST_BACKTRACE"), "{text}");
    assert!(!captured.contains('\u{1b}'), "no colour in a pipe: {text}");
}

#[test]
fn a_schedule_is_run_again_by_a_variable() {
    let along = |test, schedule| run(test, &[("LANES_REPLAY", Path::new(schedule))]);
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();

    let table = said(&run("inner_wrong", &[]));
    let (_, schedule) = table
        .split_once("this schedule alone: LANES_REPLAY=")
        .unwrap();
    let schedule = schedule.lines().next().unwrap();
    let again = along("inner_wrong", schedule);
    assert!(!again.status.success());
    let table = |text: &str| {
        let (_, rest) = text.split_once("assertion failed: an increment").unwrap();
        rest.split_once("this schedule alone").unwrap().0.to_owned()
    };
    assert_eq!(table(&said(&again)), table(&said(&run("inner_wrong", &[]))));

    // The one that is right loses nothing that way, which proves nothing.
    let right = along("inner_right", "0x3");
    let text = String::from_utf8_lossy(&right.stderr).into_owned();
    assert!(right.status.success(), "{text}");
    let line = "inner_right: passes along this schedule; nothing else was explored";
    assert!(text.contains(line), "{text}");
    assert!(!text.contains("all executions explored"), "{text}");

    let misfit = along("inner_right", "0x3.3x1");
    assert!(!misfit.status.success());
    let text = said(&misfit);
    let why = "does not fit this model: after 3 of its steps, T3 has not been started";
    assert!(text.contains(why), "{text}");

    let no_schedule = along("inner_right", "again");
    assert!(!no_schedule.status.success());
    let text = said(&no_schedule);
    assert!(text.contains("`again` is no part of a schedule"), "{text}");
}

#[test]
fn rows_are_sentences_if_asked_for() {
    let styled = |style| run("inner_wrong", &[("LANES_STYLE", Path::new(style))]);
    let text = String::from_utf8(styled("lines").stdout).unwrap();
    assert!(!text.contains(['│', '▶', '┼']), "{text}");
    let row = text
        .lines()
        .find(|line| line.starts_with("row 3, "))
        .unwrap();
    assert!(
        row.contains("T1: count.load") && row.contains("entrance.rs line "),
        "{row}"
    );
    assert!(
        text.lines().any(|line| line.contains(", look here: ")),
        "{text}"
    );
    assert!(text.contains("\nwhy\n"), "{text}");

    let unknown = styled("prose");
    let text = String::from_utf8(unknown.stdout).unwrap();
    let said = "LANES_STYLE is \"prose\": it can be `table`, or `lines`";
    assert!(text.contains(said), "{text}");
}

#[test]
fn a_table_is_as_wide_as_told() {
    for (columns, width) in [("60", 60), ("140", 140)] {
        let output = run("inner_wrong", &[("COLUMNS", Path::new(columns))]);
        let text = String::from_utf8(output.stdout).unwrap();
        let table = text.lines().filter(|line| line.contains(['│', '┼']));
        let widest = table.map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width, "{columns}: {widest}\n{text}");
    }
}

// ----- files

#[test]
fn a_pass_leaves_a_file_for_each_model() {
    let folder = folder("pass");
    run("inner_right", &[("LANES_DIR", &folder)]);
    for name in ["inner_right.json", "inner_right-2.json"] {
        let json = read(folder.join(name));
        assert_eq!(json["version"], 2);
        assert_eq!(json["model"], "inner_right");
        assert_eq!(json["outcome"], "pass");
        assert!(json["states"].as_u64().unwrap() > 1);
        assert_eq!(json["loom_complete"], true);
        let orderings = json["orderings"].as_array().unwrap();
        let add = orderings
            .iter()
            .find(|site| site["op"] == "fetch_add")
            .unwrap();
        assert_eq!(add["file"], "tests/entrance.rs");
        assert_eq!(add["ordering"], "AcqRel");
        assert_eq!(add["weaker"], serde_json::json!(["Acquire", "Release"]));
    }
}

#[test]
fn a_failure_leaves_the_same_file_each_time() {
    let texts = ["fail-1", "fail-2"].map(|name| {
        let folder = folder(name);
        run("inner_wrong", &[("LANES_DIR", &folder)]);
        let json = read(folder.join("inner_wrong.json"));
        assert_eq!(json["outcome"], "fail");
        assert_eq!(json["failure"]["kind"], "assertion");
        let rows = json["failure"]["rows"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["file"] == "tests/entrance.rs"));
        std::fs::read_to_string(folder.join("inner_wrong.json")).unwrap()
    });
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn an_ordering_is_weakened_from_outside() {
    let folder = folder("weaken");
    assert!(
        run("inner_message", &[("LANES_DIR", &folder)])
            .status
            .success()
    );
    let json = read(folder.join("inner_message.json"));
    let orderings = json["orderings"].as_array().unwrap();
    let weaken: Vec<_> = orderings
        .iter()
        .filter(|site| site["weaker"] != serde_json::json!([]))
        .collect();
    assert_eq!(weaken.len(), 2, "{json}");
    for site in weaken {
        let place = format!("{}=Relaxed", site["weaken"].as_str().unwrap());
        let output = run("inner_message", &[("LANES_WEAKEN", Path::new(&place))]);
        assert!(!output.status.success(), "{place} is not noticed");
    }
}

// ----- tests of wrong code

#[test]
#[should_panic(expected = "expected: deadlock; found: assertion failed: an increment is lost")]
fn another_bug_than_expected_is_a_failure() {
    lanes::expect_bug(Kind::Deadlock, wrong);
}

#[test]
#[should_panic(expected = "expected: deadlock; found nothing in ")]
fn no_bug_where_one_was_expected_is_a_failure() {
    lanes::expect_bug(Kind::Deadlock, right);
}

// ----- a process of its own

#[test]
fn a_test_apart_passes_as_any_other() {
    let output = run("inner_apart", &[]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn an_abort_apart_is_a_failed_test() {
    let output = run("inner_aborts_apart", &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("test result: FAILED"), "{text}");
    let said = [text.as_bytes(), &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("the process aborted"), "{said}");
    assert!(said.contains("so far, so good"), "{said}");
}

#[test]
fn a_program_that_should_abort_passes_if_it_does() {
    let output = run("inner_aborts_as_it_should", &[]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_program_that_should_abort_fails_if_it_ends_otherwise() {
    for (test, message) in [
        (
            "inner_should_abort_and_ends",
            "nobody stopped it: it went on",
        ),
        (
            "inner_should_abort_and_panics",
            "it panicked instead of aborting",
        ),
        ("inner_should_abort_and_exits", "but it ended with exit"),
    ] {
        let output = run(test, &[]);
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!output.status.success(), "{test}: {said}");
        assert!(said.contains(message), "{test}: {said}");
    }
}

// ----- nothing aborts, and nothing is left over

struct StoreOnDrop<'a>(&'a AtomicBool);

impl Drop for StoreOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Deadlocks with guards on both stacks whose destructors take steps.
fn deadlock_in_full_dress() {
    let locks = tracked::Arc::new((Mutex::new(0), Mutex::new(0), AtomicBool::new(false)));
    let other = thread::spawn({
        let locks = tracked::Arc::clone(&locks);
        move || {
            let _store = StoreOnDrop(&locks.2);
            let _second = locks.1.lock().unwrap();
            let _first = locks.0.lock().unwrap();
        }
    });
    let _store = StoreOnDrop(&locks.2);
    let _first = locks.0.lock().unwrap();
    let _second = locks.1.lock().unwrap();
    other.join().unwrap();
}

#[test]
fn a_failure_unwinds_and_the_next_model_works() {
    for _ in 0..10 {
        lanes::expect_bug(Kind::Deadlock, deadlock_in_full_dress);
        lanes::expect_bug(Kind::Assertion, wrong);
        assert!(lanes::explore(right).is_ok());
    }
}

struct Angry(Arc<AtomicU32>);

impl Drop for Angry {
    fn drop(&mut self) {
        assert_eq!(self.0.load(Ordering::Relaxed), 0, "dropped too early");
    }
}

/// One thread fails while the others wait: in a lock, on a condition variable, parked, and for a thread's end.
fn fails_while_all_others_wait() {
    let shared = Arc::new((Mutex::new(0), Condvar::new()));
    let count = Arc::new(AtomicU32::new(1));
    let sleeper = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let mut number = shared.0.lock().unwrap();
            while *number == 0 {
                number = shared.1.wait(number).unwrap();
            }
        }
    });
    let parked = thread::spawn(|| {
        loop {
            thread::park();
        }
    });
    let dropper = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let _guard = shared.0.lock().unwrap();
            drop(Angry(count));
        }
    });
    for thread in [dropper, sleeper, parked] {
        thread.join().unwrap();
    }
}

#[test]
fn a_destructor_may_fail_while_all_others_wait() {
    for _ in 0..10 {
        let report = lanes::expect_bug(Kind::Assertion, fails_while_all_others_wait);
        assert_eq!(report.headline(), "assertion failed: dropped too early");
        assert!(lanes::explore(right).is_ok());
    }
}

#[test]
fn a_panic_in_a_destructor_that_is_caught_there_changes_nothing() {
    struct Careful;
    impl Drop for Careful {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let _ = std::panic::catch_unwind(|| panic!("a second one"));
            }
        }
    }
    let report = lanes::expect_bug(Kind::Assertion, || {
        let _careful = Careful;
        wrong();
    });
    assert_eq!(report.headline(), "assertion failed: an increment is lost");
    assert!(!report.table(Style::default()).contains("destructor"));
}

#[test]
fn models_run_beside_each_other() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(|| {
                for _ in 0..5 {
                    let one = lanes::expect_bug(Kind::Assertion, wrong);
                    assert!(lanes::explore(right).is_ok());
                    let other = lanes::expect_bug(Kind::Assertion, wrong);
                    assert_eq!(one.json(), other.json());
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
#[should_panic(expected = "this is nobody's model")]
fn panics_outside_models_are_as_ever() {
    assert!(lanes::explore(right).is_ok());
    panic!("this is nobody's model");
}
