//! The program `rounds`, built to unwind or to abort.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use benches::Valgrind;
use benches::counting::Way;
use serde::Deserialize;

/// What a panic does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panic {
    Unwind,
    Abort,
}

impl Panic {
    /// The profile in the workspace's manifest. They differ in nothing else.
    fn profile(self) -> &'static str {
        match self {
            Self::Unwind => "release",
            Self::Abort => "abort",
        }
    }
}

pub(crate) struct Build {
    program: PathBuf,
}

/// Where a primitive's functions are, counted from `release::work`.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) by_hand: i64,
    pub(crate) by_guard: i64,
}

impl Build {
    /// Builds it.
    pub(crate) fn new(panic: Panic) -> Result<Self> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["build", "--package", "benches", "--bin", "rounds"])
            .args([
                "--profile",
                panic.profile(),
                "--message-format=json-render-diagnostics",
            ])
            .stderr(std::process::Stdio::inherit())
            .output()
            .context("cannot run cargo")?;
        let profile = panic.profile();
        ensure!(
            output.status.success(),
            "`cargo build --profile {profile}` failed; what it says is above"
        );
        let program = executable(&String::from_utf8_lossy(&output.stdout));
        let program =
            program.context("cargo does not say where the program is that it has built")?;
        Ok(Self { program })
    }

    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Asks the program where its functions are.
    pub(crate) fn places(&self) -> Result<Vec<Place>> {
        let program = self.program.display();
        let output = Command::new(&self.program)
            .arg("places")
            .output()
            .with_context(|| format!("cannot run {program}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let places = said.lines().map(place).collect::<Option<Vec<_>>>();
        places.with_context(|| format!("`{program} places` says:\n{said}"))
    }

    /// The instructions of so many rounds, and of what surrounds them.
    pub(crate) fn count(
        &self,
        valgrind: &Valgrind,
        name: &str,
        way: Way,
        rounds: u64,
    ) -> Result<u64> {
        let way = match way {
            Way::Hand => "by-hand",
            Way::Guard => "by-guard",
        };
        let arguments = [name, way, &rounds.to_string()];
        valgrind.count(&self.program, &arguments, "benches::release::rounds*")
    }
}

/// From a line such as `-240 1200 spin lock`.
fn place(line: &str) -> Option<Place> {
    let mut words = line.splitn(3, ' ');
    let (by_hand, by_guard) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let name = words.next()?.to_owned();
    Some(Place {
        name,
        by_hand,
        by_guard,
    })
}

/// The program that cargo's messages tell of.
fn executable(messages: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    messages
        .filter_map(|message: Message| message.executable)
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_spaces() {
        let place = place("-240 1200 spin lock").expect("a place");
        assert_eq!(
            (place.by_hand, place.by_guard, &*place.name),
            (-240, 1200, "spin lock")
        );
        assert_eq!(super::place("spin lock"), None);
    }

    #[test]
    fn the_last_executable_is_the_program() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/target/release/rounds"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(
            executable(messages),
            Some(PathBuf::from("/target/release/rounds"))
        );
    }
}
