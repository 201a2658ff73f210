//! A process of its own for a test that may use up the stack.
//!
//! A stack that overflows ends the whole process, and with it every other test. Here it ends only a child of this
//! test binary, and becomes a message.

use std::env;
use std::process::Command;
use std::thread;

/// Set in the child, so that it runs the test and starts no child of its own.
const IN_THE_CHILD: &str = "CANCEL_TOKEN_APART";

/// Runs `test`, which is the whole body of the calling test, in a child process.
#[track_caller]
pub(crate) fn apart(test: impl FnOnce()) {
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
        return;
    } else if stdout.contains("test result: FAILED") {
        "the test failed in a process of its own"
    } else {
        "the process died: does something call itself once for each level of the tree?"
    };
    panic!("{headline}\n{}", stderr.trim_end());
}
