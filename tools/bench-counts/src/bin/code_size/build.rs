//! The program `rounds`, built to unwind or to abort.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use bench_counts::Valgrind;
use bench_counts::cases::By;
use bench_kit::cargo::{self, Kind};

/// Its name.
const ROUNDS: &str = "rounds";

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
        let profile = panic.profile();
        let mut built = cargo::build("bench-counts", Kind::Bin { profile }, &[ROUNDS])?;
        let program = built.remove(ROUNDS).context("cargo has built it")?;
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
        let printed = String::from_utf8_lossy(&output.stdout);
        let places = printed.lines().map(place).collect::<Option<Vec<_>>>();
        places.with_context(|| format!("`{program} places` says:\n{printed}"))
    }

    /// The instructions of so many rounds, and of what surrounds them.
    pub(crate) fn count(
        &self,
        valgrind: &Valgrind,
        name: &str,
        by: By,
        rounds: u64,
    ) -> Result<u64> {
        let by = match by {
            By::Hand => "by-hand",
            By::Guard => "by-guard",
        };
        let arguments = [name, by, &rounds.to_string()];
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
}
