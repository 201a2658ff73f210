//! A process of its own for one test: one that may end it, or should.

use std::env;
use std::io::{self, Write};
use std::process::{Command, ExitStatus};
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
    let Some(child) = run_apart(test) else { return };
    let headline = if child.status.success() {
        assert!(
            child.stdout.contains("1 passed"),
            "the child should have run the test {}:\n{}",
            child.test,
            child.stdout
        );
        // What a model says when it has passed. Written past the harness, which would hide it.
        let _ = io::stderr().write_all(child.stderr.as_bytes());
        return;
    } else if child.has_failed() {
        "the test failed in a process of its own"
    } else if child.has_overflowed() {
        "the process aborted: the stack was used up. Does something call itself once for each element, or without end?"
    } else {
        "the process aborted: did a panic leave a destructor while the thread was unwinding already?"
    };
    panic!("{headline}\n{}", child.output());
}

/// Expects that `program` aborts its process. It has to be the whole body of the calling test, and runs in a process of
/// its own. `otherwise` says what it would mean if nothing stopped it: a sentence for the message.
///
/// # Panics
///
/// Panics if the program comes to its end, panics, or ends its process in another way than by
/// [`abort`](std::process::abort). Panics if it is not called from the thread of a test.
///
/// # Examples
///
/// ```no_run
/// fn too_many_owners_abort() {
///     lanes::stress::aborts("the count wraps round to 0", || {
///         // …
///     });
/// }
/// ```
#[track_caller]
pub fn aborts(otherwise: &str, program: impl FnOnce()) {
    let Some(child) = run_apart(program) else {
        return;
    };
    assert!(!child.status.success(), "nobody stopped it: {otherwise}");
    assert!(
        !child.has_failed(),
        "it panicked instead of aborting: whoever catches the panic can go on\n{}",
        child.output()
    );
    // A stack that is used up looks like an abort from outside.
    assert!(
        is_abort(child.status) && !child.has_overflowed(),
        "it should have aborted, but it ended with {}\n{}",
        child.status,
        child.output()
    );
}

/// How the child ended that has run a test.
struct Child {
    test: String,
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Child {
    /// Whether the harness lived to say that the test has failed.
    fn has_failed(&self) -> bool {
        self.stdout.contains("test result: FAILED")
    }

    fn has_overflowed(&self) -> bool {
        self.stderr.contains("has overflowed its stack")
    }

    /// What the test printed.
    fn output(&self) -> String {
        let printed = without_frame(&self.stdout, &self.test).trim_end();
        format!("{printed}\n{}", self.stderr.trim_end())
    }
}

/// In the test itself: runs it once more in a child, and says how that ended. In the child: runs `test`, and says
/// nothing.
fn run_apart(test: impl FnOnce()) -> Option<Child> {
    if env::var_os(IN_THE_CHILD).is_some() {
        test();
        return None;
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
    Some(Child {
        test: name,
        status: child.status,
        stdout: String::from_utf8_lossy(&child.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&child.stderr).into_owned(),
    })
}

#[cfg(unix)]
fn is_abort(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

#[cfg(not(unix))]
fn is_abort(status: ExitStatus) -> bool {
    /// What Windows calls a program that has ended itself at once: `STATUS_STACK_BUFFER_OVERRUN`.
    const FAST_FAIL: i32 = 0xC000_0409_u32.cast_signed();
    status.code() == Some(FAST_FAIL)
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
