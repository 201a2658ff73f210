//! What we ask cargo, and what it answers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::catalogue::Package;
use crate::failure::Failure;

/// A cargo command in the workbook's root, so that its configuration and its toolchain apply.
pub(crate) fn command(root: &Path) -> Command {
    // `cargo workbook` is run by cargo, which says here which cargo it is.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command
}

/// The failure of a tool that did not start.
pub(crate) fn did_not_start(error: &std::io::Error) -> Failure {
    Failure::blocked(
        format!("cargo did not start: {error}"),
        "install Rust from https://rustup.rs, and open a new terminal",
    )
}

/// Where cargo builds: `target/`, unless the environment or a configuration file says otherwise.
pub(crate) fn target_dir(root: &Path) -> Result<PathBuf, Failure> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let output = command(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| did_not_start(&error))?;
    if !output.status.success() {
        return Err(Failure::blocked(
            format!(
                "cargo cannot read the workspace:\n{}",
                String::from_utf8_lossy(&output.stderr).trim()
            ),
            "mend the manifest that it names",
        ));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| {
        Failure::blocked(
            format!("cargo's metadata is not what it used to be: {error}"),
            "use the toolchain that `cargo workbook doctor` asks for",
        )
    })?;
    Ok(metadata.target_directory)
}

/// What became of one package.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// Tests or examples, by the name of the target.
    pub(crate) executables: BTreeMap<String, PathBuf>,
    /// Warnings, as the compiler words them.
    pub(crate) warnings: Vec<String>,
    /// Errors, as the compiler words them.
    pub(crate) errors: Vec<String>,
}

impl Built {
    /// The compiled `tiers` test.
    pub(crate) fn tiers(&self) -> Option<PathBuf> {
        self.executables.get("tiers").cloned()
    }
}

/// One line of `--message-format=json`.
#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line {
    CompilerArtifact {
        manifest_path: PathBuf,
        target: Target,
        executable: Option<PathBuf>,
    },
    CompilerMessage {
        manifest_path: PathBuf,
        message: Diagnostic,
    },
    BuildFinished {},
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

/// Which targets of a package to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Targets {
    Tiers,
    Examples,
}

/// Compiles some targets of every package in `packages`, as many as will compile, in the workspace that
/// `manifest` is the root of.
///
/// The answer's keys are package folders. `on_executable` is told how many are done, after each.
pub(crate) fn build(
    root: &Path,
    manifest: &Path,
    target: &Path,
    targets: Targets,
    packages: &[Package],
    mut on_executable: impl FnMut(usize),
) -> Result<HashMap<PathBuf, Built>, Failure> {
    if packages.is_empty() {
        // Cargo would take that for all of them.
        return Ok(HashMap::new());
    }
    let mut cargo = command(root);
    cargo
        .args(["build", "--quiet", "--keep-going"])
        .args(match targets {
            Targets::Tiers => ["--test", "tiers"].as_slice(),
            Targets::Examples => &["--examples"],
        })
        .arg("--message-format=json")
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .stdout(Stdio::piped());
    for package in packages {
        cargo.args(["--package", &package.name]);
    }
    let mut child = cargo.spawn().map_err(|error| did_not_start(&error))?;

    let asked_for: BTreeSet<&Path> = packages.iter().map(|package| &*package.folder).collect();
    let mut built: HashMap<PathBuf, Built> = HashMap::new();
    let (mut finished, mut executables) = (false, 0);
    let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    for line in lines.map_while(Result::ok) {
        match serde_json::from_str(&line).unwrap_or(Line::Other) {
            Line::CompilerArtifact {
                manifest_path,
                target,
                executable: Some(executable),
            } => {
                entry(&mut built, &manifest_path)
                    .executables
                    .insert(target.name, executable);
                executables += 1;
                on_executable(executables);
            }
            Line::CompilerMessage {
                manifest_path,
                message,
            } => {
                let rendered = message.rendered.unwrap_or_default();
                let is_error = message.level.starts_with("error");
                if is_error
                    && !manifest_path
                        .parent()
                        .is_some_and(|folder| asked_for.contains(folder))
                {
                    // Something that the packages need. Nobody will ask for it by its folder.
                    anstream::eprintln!("{rendered}");
                }
                let entry = entry(&mut built, &manifest_path);
                // "aborting due to 2 previous errors" and "3 warnings emitted" repeat what was said.
                let says_something = rendered.contains("-->");
                match message.level.as_str() {
                    "warning" if says_something => entry.warnings.push(rendered),
                    _ if is_error => entry.errors.push(rendered),
                    _ => {}
                }
            }
            Line::BuildFinished {} => finished = true,
            Line::CompilerArtifact { .. } | Line::Other => {}
        }
    }
    child.wait().map_err(|error| did_not_start(&error))?;
    if finished {
        Ok(built)
    } else {
        Err(Failure::blocked(
            "cargo gave up before it compiled anything; its reason stands above",
            "mend what it names; without a network, `cargo fetch` has to be run beforehand",
        ))
    }
}

fn entry<'a>(built: &'a mut HashMap<PathBuf, Built>, manifest: &Path) -> &'a mut Built {
    built
        .entry(manifest.parent().unwrap_or(manifest).to_owned())
        .or_default()
}
