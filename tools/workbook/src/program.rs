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
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["LANES_", "LOOM_", "RUST_TEST_", "RUST_BACKTRACE"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
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
