//! Builds programs with cargo, and learns from its messages where they are.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Message, TargetKind};

/// What kind of target a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A benchmark, built as `cargo bench` builds it.
    Bench,
    /// A binary, built in the profile of this name.
    Bin {
        /// `release`, or another one in the workspace's manifest.
        profile: &'static str,
    },
}

impl Kind {
    fn target_kind(self) -> TargetKind {
        match self {
            Self::Bench => TargetKind::Bench,
            Self::Bin { .. } => TargetKind::Bin,
        }
    }
}

/// The cargo that has started this program, or the one that a shell would find.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Builds these targets of a package, and tells where each is, by its name. Waits until they are built; cargo's
/// progress and the compiler's errors go to stderr.
///
/// # Errors
///
/// Fails if one of them does not compile, or does not exist.
pub fn build(package: &str, kind: Kind, names: &[&str]) -> Result<HashMap<String, PathBuf>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let mut command = cargo();
    let option = match kind {
        Kind::Bench => {
            command.args(["bench", "--no-run"]);
            "--bench"
        }
        Kind::Bin { profile } => {
            command.args(["build", "--profile", profile]);
            "--bin"
        }
    };
    command.args(["--package", package]);
    command.args(["--message-format", "json-render-diagnostics"]);
    for name in names {
        command.args([option, name]);
    }
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let messages = child.stdout.take().context("its output is piped")?;
    let found = executables(BufReader::new(messages), kind)?;
    let status = child.wait().context("cannot wait for cargo")?;
    ensure!(
        status.success(),
        "a program of {package} does not compile ({status}); what cargo says is above"
    );
    for name in names {
        ensure!(
            found.contains_key(*name),
            "cargo has built {name} of {package}, and does not say where it is"
        );
    }
    Ok(found)
}

/// The programs of this kind that cargo's messages name.
fn executables(messages: impl BufRead, kind: Kind) -> Result<HashMap<String, PathBuf>> {
    let mut found = HashMap::new();
    for message in Message::parse_stream(messages) {
        let message = message.context("cannot read what cargo says")?;
        if let Message::CompilerArtifact(artifact) = message
            && let Some(path) = artifact.executable
            && artifact.target.kind.contains(&kind.target_kind())
        {
            found.insert(artifact.target.name, path.into_std_path_buf());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As cargo 1.95 says it, shortened.
    fn artifact(name: &str, kind: &str, executable: &str) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","package_id":"path+file:///w/benches#0.1.0",
                "manifest_path":"/w/benches/Cargo.toml",
                "target":{{"kind":["{kind}"],"crate_types":["bin"],"name":"{name}","src_path":"/w/x.rs",
                    "edition":"2024","doc":true,"doctest":false,"test":false}},
                "profile":{{"opt_level":"3","debuginfo":0,"debug_assertions":false,"overflow_checks":false,
                    "test":false}},
                "features":[],"filenames":[],"executable":{executable},"fresh":true}}"#
        )
        .replace('\n', "")
    }

    #[test]
    fn cargo_says_where_a_program_is() {
        let lines = [
            artifact("benches", "lib", "null"),
            artifact("rounds", "bin", r#""/t/rounds""#),
            artifact("03", "bench", r#""/t/03-1f""#),
            r#"{"reason":"build-finished","success":true}"#.into(),
        ];
        let lines = lines.join("\n");
        let found = |kind| executables(lines.as_bytes(), kind).expect("it is said");
        let bench = HashMap::from([("03".into(), "/t/03-1f".into())]);
        assert_eq!(found(Kind::Bench), bench);
        let bin = HashMap::from([("rounds".into(), "/t/rounds".into())]);
        let profile = "release";
        assert_eq!(found(Kind::Bin { profile }), bin);
    }

    #[test]
    fn a_program_that_does_not_exist_is_an_error() {
        let error = build("bench-kit", Kind::Bench, &["no_such_bench"]);
        let error = error.expect_err("there is none").to_string();
        assert!(error.contains("bench-kit"), "{error}");
    }
}
