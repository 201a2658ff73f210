//! Whatever the tests of a binary do, each has a verdict, and there is one result: `hostile.rs` is such a binary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::Value;

/// The compiled `hostile.rs`. Only cargo knows where it is.
static HOSTILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "test",
            "--no-run",
            "--package",
            "lanes",
            "--test",
            "hostile",
        ])
        .args(["--quiet", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo starts");
    let lines = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is a message"))
        .filter(|message| message["target"]["name"] == "hostile")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("hostile.rs compiles")
});

fn hostile(arguments: &[&str]) -> Command {
    let mut command = Command::new(&*HOSTILE);
    command.args(arguments).stdin(Stdio::null());
    for name in ["RUST_BACKTRACE", "RUST_TEST_THREADS", "LANES_UNWATCHED"] {
        command.env_remove(name);
    }
    command
}

/// What a run said, and how it ended.
struct Said {
    code: Option<i32>,
    out: String,
}

fn said_by(command: &mut Command) -> Said {
    let output = command.output().expect("the fixture starts");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("it prints text"),
    }
}

fn run(arguments: &[&str]) -> Said {
    said_by(&mut hostile(arguments))
}

impl Said {
    /// The verdict of each test.
    fn verdicts(&self) -> BTreeMap<&str, &str> {
        let lines = self.out.lines();
        lines
            .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "))
            .collect()
    }

    /// What a test that failed has to say.
    fn words(&self, test: &str) -> &str {
        let frame = format!("---- {test} stdout ----\n");
        let (_, words) = self
            .out
            .split_once(&frame)
            .unwrap_or_else(|| panic!("nothing is said of {test}:\n{}", self.out));
        words.split("\n\n").next().unwrap_or_default()
    }
}

/// How each test of the fixture that does not pass begins what it says, but for those that take seconds.
const FAIL: [(&str, &str); 13] = [
    (
        "aborts",
        "abort: the process aborted: something called `abort`",
    ),
    ("does_not_panic", "test did not panic as expected"),
    ("eats_memory", "memory: "),
    ("exits_with_0", "exit: "),
    ("exits_with_3", "exit: "),
    ("fails", "thread 'fails' "),
    ("leaves_a_process", ""),
    (
        "overflows_its_stack",
        "stack overflow: the process aborted: the stack was used up",
    ),
    ("panics_for_ever", "flood: "),
    (
        "panics_twice",
        "abort: the process aborted: a panic left a destructor while the thread was unwinding already",
    ),
    ("prints_for_ever", "flood: "),
    ("returns_an_error", "Error: \"an error of its own\""),
    ("writes_where_nothing_is", "fault: "),
];

const PASS: [&str; 7] = [
    "explores",
    "has_its_name",
    "leaves_a_thread_that_exits",
    "leaves_a_thread_that_prints",
    "panics_as_it_should",
    "passes",
    "passes_as_well",
];

#[test]
fn every_test_has_a_verdict_and_there_is_one_result() {
    let said = run(&["--ignored", "--skip", "for_ever"]);
    let more = run(&["--ignored", "s_for_ever"]);
    let verdicts: BTreeMap<&str, &str> =
        said.verdicts().into_iter().chain(more.verdicts()).collect();
    for test in PASS {
        assert_eq!(verdicts.get(test), Some(&"ok"), "{test}:\n{}", said.out);
    }
    for (test, words) in FAIL {
        let by = if test.contains("for_ever") {
            &more
        } else {
            &said
        };
        assert_eq!(verdicts.get(test), Some(&"FAILED"), "{test}:\n{}", by.out);
        let found = by.words(test).trim_start();
        assert!(found.starts_with(words), "{test} says {found:?}");
    }
    for test in ["sleeps_for_ever", "spins_for_ever"] {
        let words = more.words(test);
        assert!(words.starts_with("hang: the test never ended"), "{words}");
    }
    assert_eq!(verdicts.len(), PASS.len() + FAIL.len() + 2);
    for (said, all) in [(&said, verdicts.len() - 4), (&more, 4)] {
        let count = |line: &str| said.out.lines().filter(|it| it.starts_with(line)).count();
        assert_eq!(count(&format!("running {all} tests")), 1, "{}", said.out);
        assert_eq!(count("test result: FAILED. "), 1, "{}", said.out);
        assert_eq!(count("failures:"), 1, "{}", said.out);
        assert_eq!(said.code, Some(101));
    }
}

/// By signal where there are signals, and by exit code.
#[test]
fn a_crash_says_what_crashed_it_and_what_was_said_before() {
    let said = run(&["--ignored", "exits_with", "aborts"]);
    assert!(said.words("exits_with_3").contains("words before the end"));
    #[cfg(unix)]
    let codes = ["exit status: 0", "exit status: 3", "signal: 6 (SIGABRT)"];
    #[cfg(not(unix))]
    let codes = ["exit code: 0", "exit code: 3", "exit code: 0x"];
    for (test, code) in ["exits_with_0", "exits_with_3", "aborts"]
        .into_iter()
        .zip(codes)
    {
        assert!(said.words(test).contains(code), "{}", said.words(test));
    }
}

#[test]
fn a_thread_left_behind_says_nothing_any_more() {
    let said = run(&["--ignored", "leaves_a_thread", "--nocapture"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(!said.out.contains("and on"), "{}", said.out);
}

#[test]
fn the_harness_chooses_which_tests_are_run() {
    let names = |arguments: &[&str]| {
        let said = run(arguments);
        let names: Vec<String> = said
            .verdicts()
            .keys()
            .map(|&name| name.to_owned())
            .collect();
        (names.join(" "), said.code)
    };
    let pass = |names: &str| (names.to_owned(), Some(0));
    assert_eq!(
        names(&["passes", "--ignored"]),
        pass("passes passes_as_well")
    );
    assert_eq!(names(&["passes", "--ignored", "--exact"]), pass("passes"));
    assert_eq!(
        names(&["passes", "--skip", "well", "--include-ignored"]),
        pass("passes")
    );
    assert_eq!(names(&["no such test"]), pass(""));
    let ignored = run(&["passes"]);
    assert_eq!(
        (ignored.verdicts().get("passes"), ignored.code),
        (Some(&"ignored"), Some(0))
    );
    assert!(
        ignored
            .out
            .contains("0 passed; 0 failed; 2 ignored; 0 measured; ")
    );
}

#[test]
fn the_harness_answers_what_is_not_about_running_tests() {
    let list = run(&["--list", "--format", "terse", "--ignored", "passes"]);
    assert_eq!(list.out.trim_end(), "passes: test\npasses_as_well: test");
    assert!(run(&["--help"]).out.contains("--test-threads"));
    let wrong = run(&["--no-such-option"]);
    assert_eq!(
        (wrong.code, wrong.out.contains("test result")),
        (Some(101), false)
    );
}

#[test]
fn what_a_passing_test_prints_is_shown_if_that_is_asked_for() {
    let words = "words of a test that passes";
    assert!(!run(&["passes", "--ignored"]).out.contains(words));
    for more in ["--nocapture", "--show-output"] {
        let said = run(&["passes", "--exact", "--ignored", more]);
        assert_eq!(said.words("passes"), words);
    }
}

#[test]
fn a_model_that_passes_says_so() {
    let said = run(&["explores", "--ignored"]);
    let line = "explores: all executions explored in ";
    assert!(said.out.contains(line), "{}", said.out);
}

#[test]
fn a_quiet_run_tells_only_what_failed() {
    let said = run(&["passes", "fails", "--ignored", "--quiet"]);
    let verdicts: Vec<&str> = said.verdicts().into_keys().collect();
    assert_eq!(verdicts, ["fails"], "{}", said.out);
    assert!(said.out.contains("2 passed; 1 failed"), "{}", said.out);
}

/// Each verdict is read from there, in these words.
#[test]
fn the_harness_writes_a_log() {
    let folder = scratch("log");
    let log = |test: &str| {
        let file = folder.join(test);
        said_by(
            hostile(&[test, "--exact", "--ignored", "--logfile"])
                .arg(&file)
                .env("LANES_UNWATCHED", "1"),
        );
        fs::read_to_string(file).expect("there is a log")
    };
    assert_eq!(log("passes"), "ok passes\n");
    assert_eq!(log("fails"), "failed fails\n");
    let why = log("does_not_panic");
    assert!(why.starts_with("failed: test did not panic"), "{why}");
    assert!(why.ends_with(" does_not_panic\n"), "{why}");
    assert_eq!(log("exits_with_0"), "");
}

/// Asleep, in a test of a run that is killed; and in a process that a test has left behind.
#[test]
fn what_a_test_has_started_ends_with_it() {
    let folder = scratch("left");
    let id = folder.join("id");
    said_by(hostile(&["leaves_a_process", "--ignored"]).env("HOSTILE_ID", &id));
    assert_ends(&id);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_everything_and_leaves_no_file() {
    let folder = scratch("interrupt");
    let id = folder.join("id");
    let mut child = hostile(&["sleeps_for_ever", "--ignored"])
        .env("HOSTILE_ID", &id)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("the test", || id_in(&id).is_some());
    let ours = format!("lanes-verdict-{}-0", child.id());
    let files = Path::new(env!("CARGO_TARGET_TMPDIR")).join(ours);
    assert!(files.exists());
    // SAFETY: has no conditions.
    unsafe { libc::kill(child.id().cast_signed(), libc::SIGINT) };
    let status = child.wait().unwrap();
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    assert_eq!(signal, Some(libc::SIGINT));
    assert_ends(&id);
    assert!(!files.exists());
}

#[test]
fn the_files_of_a_killed_run_go_with_the_next() {
    let folder = scratch("killed");
    let id = folder.join("id");
    let mut child = hostile(&["sleeps_for_ever", "--ignored"])
        .env("HOSTILE_ID", &id)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("the test", || id_in(&id).is_some());
    let ours = format!("lanes-verdict-{}-0", child.id());
    let files = Path::new(env!("CARGO_TARGET_TMPDIR")).join(ours);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(files.exists());
    if cfg!(any(target_os = "linux", windows)) {
        assert_ends(&id);
    }
    run(&["passes", "--ignored"]);
    assert!(!files.exists());
}

/// An empty folder.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("verdict-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("there is room for it");
    folder
}

fn id_in(file: &Path) -> Option<u32> {
    fs::read_to_string(file).ok()?.parse().ok()
}

/// Waits until the process is gone whose number is in `file`. Where that cannot be seen, at once.
fn assert_ends(file: &Path) {
    let id = id_in(file).expect("it has said who it is");
    #[cfg(unix)]
    wait_for("the end of the process", || {
        // Nobody may have asked yet how it ended.
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // SAFETY: has no conditions. Sends nothing.
        stat.contains(") Z ") || unsafe { libc::kill(id.cast_signed(), 0) != 0 }
    });
    #[cfg(not(unix))]
    let _ = id;
}

/// With much more patience than it needs on a machine that is not busy.
fn wait_for(what: &str, is_there: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_there() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{what} never came"
        );
        thread::sleep(Duration::from_millis(10));
    }
}
