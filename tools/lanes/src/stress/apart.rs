//! A process of its own for one test.

use std::env;
use std::io::{self, Write};
use std::process::Command;
use std::thread;

/// Set in the child, so that it runs the test and starts no child of its own.
const IN_THE_CHILD: &str = "LANES_APART";

/// Runs `test` in a process of its own. It has to be the whole body of the calling test.
///
/// For a test that may abort: a panic that leaves a destructor during another panic ends the whole process, and with
/// it every other test. Here it ends only a child of this test binary, and becomes a message. And for a test that
/// counts what the whole process has, such as its threads.
///
/// # Panics
///
/// Panics if the test fails in the child, or ends it: with what the child printed. Panics if it is not called from the
/// thread of a test.
///
/// # Examples
///
/// ```no_run
/// fn nothing_panics_in_a_destructor() {
///     lanes::stress::apart(|| {
///         // …
///     });
/// }
/// ```
#[track_caller]
pub fn apart(test: impl FnOnce()) {
    if env::var_os(IN_THE_CHILD).is_some() {
        return test();
    }
    let name = thread::current()
        .name()
        .expect("a test's thread has the test's name")
        .to_owned();
    let binary = env::current_exe().expect("this test binary can be found");
    let child = Command::new(binary)
        .args(["--exact", &name, "--nocapture", "--include-ignored"])
        .env(IN_THE_CHILD, "1")
        .output()
        .expect("this test binary runs once more");

    let stdout = String::from_utf8_lossy(&child.stdout);
    let stderr = String::from_utf8_lossy(&child.stderr);
    let headline = if child.status.success() {
        assert!(
            stdout.contains("1 passed"),
            "the child should have run the test {name}:\n{stdout}"
        );
        // What a model says when it has passed. Written past the harness, which would hide it.
        let _ = io::stderr().write_all(&child.stderr);
        return;
    } else if stdout.contains("test result: FAILED") {
        "the test failed in a process of its own"
    } else if stderr.contains("has overflowed its stack") {
        "the process aborted: the stack was used up. Does something call itself once for each element, or without end?"
    } else {
        "the process aborted: did a panic leave a destructor while the thread was unwinding already?"
    };
    let printed = without_frame(&stdout, &name).trim_end();
    panic!("{headline}\n{printed}\n{}", stderr.trim_end());
}

/// What the test itself printed: the harness writes a line before it, and its verdict after it.
fn without_frame<'a>(stdout: &'a str, test: &str) -> &'a str {
    let printed = stdout
        .split_once("running 1 test\n")
        .map_or(stdout, |(_, after)| after);
    printed
        .split_once(&format!("test {test} ... "))
        .map_or(printed, |(before, _)| before)
}
