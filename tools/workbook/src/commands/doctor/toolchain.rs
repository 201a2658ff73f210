//! The compiler, the lock file, and whether all crates are here.

use std::ffi::OsString;
use std::process::Command;

use super::{Finding, Level};
use crate::cargo;
use crate::catalogue::Workbook;

pub(super) fn look(workbook: &Workbook, offline: bool) -> Vec<Finding> {
    let rustc = rustc();
    let host = rustc
        .as_deref()
        .and_then(|text| field(text, "host: "))
        .map(str::to_owned);
    vec![
        compiler(rustc.as_deref(), wanted(workbook).as_deref()),
        crates(workbook, host.as_deref(), offline),
    ]
}

/// What the compiler says of itself.
fn rustc() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let output = Command::new(rustc).arg("-vV").output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name))
}

/// The version that the workspace asks for.
fn wanted(workbook: &Workbook) -> Option<String> {
    let manifest = std::fs::read_to_string(workbook.root.join("Cargo.toml")).ok()?;
    let table: toml::Table = manifest.parse().ok()?;
    let version = table
        .get("workspace")?
        .get("package")?
        .get("rust-version")?;
    version.as_str().map(str::to_owned)
}

fn compiler(rustc: Option<&str>, wanted: Option<&str>) -> Finding {
    const NAME: &str = "rust";
    const UPDATE: &str = "`rustup update stable`, or install it from https://rustup.rs";
    let Some(found) = rustc.and_then(|text| field(text, "release: ")) else {
        return Finding::bad(NAME, Level::Missing, "rustc does not start", UPDATE);
    };
    let Some(wanted) = wanted else {
        return Finding::good(NAME, found);
    };
    if numbers(found) >= numbers(wanted) {
        Finding::good(NAME, format!("{found} (at least {wanted} is asked for)"))
    } else {
        let found = format!("{found}, and the workbook asks for {wanted}");
        Finding::bad(NAME, Level::Missing, found, UPDATE)
    }
}

/// `1.95.0-nightly` and `1.95` are the same.
fn numbers(version: &str) -> Vec<u32> {
    let plain = version.split('-').next().unwrap_or(version);
    let mut numbers: Vec<u32> = plain
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect();
    numbers.resize(3, 0);
    numbers
}

/// Does the lock file fit the manifests, and is everything that it names on this machine?
fn crates(workbook: &Workbook, host: Option<&str>, offline: bool) -> Finding {
    const NAME: &str = "crates";
    let mut fetch = cargo::command(&workbook.root);
    fetch.args(["fetch", "--locked", "--offline"]);
    if let Some(host) = host {
        fetch.args(["--target", host]);
    }
    let output = match fetch.output() {
        Ok(output) => output,
        Err(error) => {
            let found = format!("cargo does not start: {error}");
            return Finding::bad(
                NAME,
                Level::Missing,
                found,
                "install Rust from https://rustup.rs",
            );
        }
    };
    if output.status.success() {
        return Finding::good(
            NAME,
            "all here, as Cargo.lock names them: no network is needed",
        );
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let (level, found, todo) = read_complaint(&said, offline);
    Finding::bad(NAME, level, found, todo)
}

fn read_complaint(said: &str, offline: bool) -> (Level, String, &'static str) {
    if said.contains("--locked") {
        let found = "Cargo.lock does not fit the manifests".to_owned();
        return (
            Level::Missing,
            found,
            "`git checkout Cargo.lock`; if you changed a manifest: `cargo check`",
        );
    }
    if said.contains("--offline") {
        let (level, then) = if offline {
            (Level::Missing, "the next build needs a network")
        } else {
            // Nothing to do: cargo sees to it.
            (Level::Good, "cargo fetches the others when it needs them")
        };
        let found = format!("not all downloaded yet: {then}");
        return (
            level,
            found,
            "`cargo fetch --locked` while there is a network",
        );
    }
    let found = format!("cargo cannot read the workspace:\n{}", said.trim());
    (
        Level::Missing,
        found,
        "mend what it names; `git status` shows what changed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let rustc = |version: &str| format!("rustc {version}\nrelease: {version}\nhost: x\n");
        let level = |found: &str, wanted| compiler(Some(&rustc(found)), Some(wanted)).level;
        assert_eq!(level("1.95.0", "1.95"), Level::Good);
        assert_eq!(level("1.100.0-nightly", "1.95"), Level::Good);
        assert_eq!(level("1.9.0", "1.95"), Level::Missing);
        assert_eq!(compiler(None, Some("1.95")).level, Level::Missing);
    }

    #[test]
    fn missing_crates_are_in_order_unless_there_will_be_no_network() {
        let said = "error: failed to download `x v1`\n attempting to make an HTTP request, but --offline was specified";
        assert_eq!(read_complaint(said, false).0, Level::Good);
        assert_eq!(read_complaint(said, true).0, Level::Missing);
    }

    #[test]
    fn a_lock_file_that_does_not_fit_is_told_from_a_broken_workspace() {
        let said = "error: cannot update the lock file because --locked was passed";
        assert!(read_complaint(said, false).1.contains("does not fit"));
        let (level, found, _) = read_complaint("error: failed to parse manifest", false);
        assert_eq!(level, Level::Missing);
        assert!(found.contains("failed to parse manifest"), "{found}");
    }
}
