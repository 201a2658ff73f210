//! A compiled program: started as cargo would start it, and not left running for ever.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use wait_timeout::ChildExt as _;

/// As cargo would start it, but deaf to the settings of whoever sits before the terminal.
pub(crate) fn command(executable: &Path, package: &Path) -> Command {
    let mut command = Command::new(executable);
    command
        .current_dir(package)
        .env("CARGO_MANIFEST_DIR", package);
    deafen(&mut command, &[]);
    command
}

/// Takes away the settings of whoever sits before the terminal, but for those that are named: a backtrace of ours helps
/// nobody, and one schedule that passes is no pass.
pub(crate) fn deafen(command: &mut Command, but: &[&str]) {
    const DEAF_TO: [&str; 5] = [
        "LANES_",
        "LOOM_",
        "RUST_TEST_",
        "RUST_BACKTRACE",
        "RUST_LIB_BACKTRACE",
    ];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if DEAF_TO.iter().any(|it| text.starts_with(it)) && !but.contains(&&*text) {
            command.env_remove(&name);
        }
    }
}

/// Runs `command` to its end. `None` if it was still running after `limit`; then it is killed.
pub(crate) fn run(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    let ended = child.wait_timeout(limit)?;
    if ended.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(ended)
}
