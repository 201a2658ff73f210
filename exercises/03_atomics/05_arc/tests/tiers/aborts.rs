//! A process of its own for a test whose program is meant to abort.

use std::env;
use std::process::{Command, ExitStatus};
use std::thread;

/// Set in the child, so that it runs the program and starts no child of its own.
const IN_THE_CHILD: &str = "ARC_ABORTS";

/// Expects that `program`, which is the whole body of the calling test, aborts its process.
#[track_caller]
pub(crate) fn aborts(program: impl FnOnce()) {
    if env::var_os(IN_THE_CHILD).is_some() {
        return program();
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
    assert!(
        !child.status.success(),
        "nobody stopped it: with a few more of them the count would wrap round to 0, and the value would be dropped \
         under the eyes of its owners"
    );
    assert!(
        !stdout.contains("test result: FAILED"),
        "it panicked instead of aborting: whoever catches the panic can go on, and the count has gone up\n{}",
        stderr.trim_end()
    );
    assert!(
        aborted(child.status),
        "it should have aborted, but it ended with {}\n{}",
        child.status,
        stderr.trim_end()
    );
}

#[cfg(unix)]
fn aborted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}

#[cfg(not(unix))]
fn aborted(status: ExitStatus) -> bool {
    /// What Windows calls a program that has ended itself at once: `STATUS_STACK_BUFFER_OVERRUN`.
    const FAST_FAIL: i32 = 0xC000_0409_u32.cast_signed();
    status.code() == Some(FAST_FAIL)
}
