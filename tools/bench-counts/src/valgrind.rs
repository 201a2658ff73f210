use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The program that counts instructions, if this machine has it.
#[derive(Debug)]
pub struct Valgrind {
    version: String,
}

impl Valgrind {
    /// Looks for it; `None`, and a notice on stderr, where there is none.
    pub fn find() -> Option<Self> {
        let found = version();
        if found.is_none() {
            eprintln!(
                "Instructions are left out: there is no `valgrind` here. Linux has it as a package (apt install \
                 valgrind); it does not run on Windows, nor on a Mac with a processor of Apple's."
            );
        }
        found.map(|version| Self { version })
    }

    /// Its version, such as 3.19.0.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Counts the instructions of the functions whose names fit `pattern`, with what they call, while `program` runs.
    ///
    /// # Errors
    ///
    /// Fails if the program does, or if callgrind saw no such function.
    pub fn count(&self, program: &Path, arguments: &[&str], pattern: &str) -> Result<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(format!("--toggle-collect={pattern}"))
            .arg(program)
            .args(arguments)
            .output()
            .context("cannot run valgrind")?;
        let printed = String::from_utf8_lossy(&output.stderr);
        let program = program.display();
        ensure!(
            output.status.success(),
            "`valgrind {program}` failed:\n{}",
            printed.trim()
        );
        let count = collected(&printed);
        let count = count.with_context(|| {
            format!("`valgrind {program}` does not say what it counted:\n{printed}")
        })?;
        ensure!(
            count > 0,
            "{program} called no function whose name fits {pattern}"
        );
        Ok(count)
    }
}

fn version() -> Option<String> {
    let output = Command::new("valgrind").arg("--version").output().ok()?;
    let printed = String::from_utf8(output.stdout).ok()?;
    Some(printed.trim().strip_prefix("valgrind-")?.to_owned())
}

/// From a line such as `==1234== Collected : 20530`.
fn collected(printed: &str) -> Option<u64> {
    let line = printed
        .lines()
        .find_map(|line| line.split_once("== Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_callgrind_says() {
        let printed =
            "==7== Events    : Ir\n==7== Collected : 20530\n==7== \n==7== I   refs:      20,530\n";
        assert_eq!(collected(printed), Some(20_530));
        assert_eq!(collected("==7== Segmentation fault"), None);
    }
}
