//! The files that pages quote: read from the repository root, whole or between two anchors.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};

/// The folder that every quoted path starts from.
pub(crate) struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository at `root`.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where `path` is on disk. It must stay within the repository, so that a page reads the same on
    /// every machine.
    pub(crate) fn locate(&self, path: &str) -> Result<PathBuf> {
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        ensure!(
            inside && !path.is_empty(),
            "{path:?} is not a path from the repository root (no `..`, no leading `/`)"
        );
        Ok(self.root.join(path))
    }

    /// The text of the file at `path`.
    pub(crate) fn read(&self, path: &str) -> Result<String> {
        let file = self.locate(path)?;
        ensure!(file.is_file(), "no file {path} in the repository");
        let bytes = fs::read(&file).with_context(|| format!("cannot read {path}"))?;
        String::from_utf8(bytes).map_err(|error| {
            anyhow!(
                "{path} is not UTF-8 (byte {})",
                error.utf8_error().valid_up_to() + 1
            )
        })
    }

    /// The only folder that matches `parent/*/*/Cargo.toml` for the package `name`, as a path from the
    /// root.
    pub(crate) fn package(&self, parent: &str, name: &str) -> Result<String> {
        let mut names = Vec::new();
        for chapter in folders(&self.root.join(parent)) {
            for folder in folders(&self.root.join(parent).join(&chapter)) {
                let path = format!("{parent}/{chapter}/{folder}");
                let Ok(manifest) = self.read(&format!("{path}/Cargo.toml")) else {
                    continue;
                };
                let found = name_in(&manifest).with_context(|| format!("{path}/Cargo.toml"))?;
                if found == name {
                    return Ok(path);
                }
                names.push(found);
            }
        }
        names.sort();
        bail!(
            "no package {name:?} under {parent}/; there are: {}",
            names.join(", ")
        )
    }

    /// The name of the package in `folder`.
    pub(crate) fn package_name(&self, folder: &str) -> Result<String> {
        let path = format!("{folder}/Cargo.toml");
        name_in(&self.read(&path)?).context(path)
    }
}

fn name_in(manifest: &str) -> Result<String> {
    Ok(toml::from_str::<Manifest>(manifest)?.package.name)
}

#[derive(serde::Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(serde::Deserialize)]
struct Package {
    name: String,
}

/// The names of the folders in `parent`, in order; none if there is no such folder.
fn folders(parent: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// What stands between `ANCHOR: name` and `ANCHOR_END: name`, or all of `text` without a name; without
/// any anchor lines, and moved to the left margin.
pub(crate) fn excerpt(text: &str, anchor: Option<&str>) -> Result<String> {
    let mut kept = Vec::new();
    let mut open = anchor.is_none();
    let mut seen = anchor.is_none();
    for line in text.lines() {
        match anchor_line(line) {
            Some(Anchor::Start(name)) if Some(name) == anchor => {
                ensure!(!seen, "anchor {name:?} starts twice");
                (open, seen) = (true, true);
            }
            Some(Anchor::End(name)) if Some(name) == anchor => {
                ensure!(open, "anchor {name:?} ends before it starts");
                open = false;
            }
            Some(_) => {}
            None if open => kept.push(line),
            None => {}
        }
    }
    if let Some(name) = anchor {
        ensure!(seen, "no anchor {name:?} (a line `// ANCHOR: {name}`)");
        ensure!(!open, "anchor {name:?} has no `// ANCHOR_END: {name}`");
    }
    let kept = trim_blank(&kept);
    ensure!(!kept.is_empty(), "nothing to show: all lines are blank");
    Ok(to_margin(kept))
}

enum Anchor<'a> {
    Start(&'a str),
    End(&'a str),
}

/// Reads `// ANCHOR: name` in any of the comment styles that our files have.
fn anchor_line(line: &str) -> Option<Anchor<'_>> {
    let comment = line.trim();
    let comment = ["//", "#", "--"]
        .iter()
        .find_map(|mark| comment.strip_prefix(mark))?
        .trim_start();
    if let Some(name) = comment.strip_prefix("ANCHOR:") {
        Some(Anchor::Start(name.trim()))
    } else {
        let name = comment.strip_prefix("ANCHOR_END:")?;
        Some(Anchor::End(name.trim()))
    }
}

/// Whether `line` is a mark for listings.
pub(crate) fn is_anchor_line(line: &str) -> bool {
    anchor_line(line).is_some()
}

/// Without the blank lines at both ends.
fn trim_blank<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    let full = |line: &&str| !line.trim().is_empty();
    let start = lines.iter().position(full).unwrap_or(lines.len());
    let end = lines.iter().rposition(full).map_or(start, |last| last + 1);
    &lines[start..end]
}

/// Takes away the indentation that all lines share.
fn to_margin(lines: &[&str]) -> String {
    let shared = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let mut text = String::new();
    for line in lines {
        text.push_str(line.get(shared..).unwrap_or(""));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "mod a {\n    // ANCHOR: x\n    fn f() {\n        g();\n    }\n    // ANCHOR_END: x\n}\n";

    fn message(text: &str, anchor: &str) -> String {
        excerpt(text, Some(anchor)).unwrap_err().to_string()
    }

    #[test]
    fn an_anchor_is_cut_out_and_moved_to_the_margin() {
        assert_eq!(excerpt(FILE, Some("x")).unwrap(), "fn f() {\n    g();\n}\n");
    }

    #[test]
    fn a_whole_file_loses_its_anchor_lines() {
        let whole = "mod a {\n    fn f() {\n        g();\n    }\n}\n";
        assert_eq!(excerpt(FILE, None).unwrap(), whole);
    }

    #[test]
    fn a_missing_anchor_is_an_error() {
        assert!(message(FILE, "y").contains("no anchor \"y\""));
        assert!(message("// ANCHOR: y\nf();\n", "y").contains("has no `// ANCHOR_END: y`"));
        assert!(message("f();\n// ANCHOR_END: y\n", "y").contains("ends before it starts"));
        assert!(message("// ANCHOR: y\n\n// ANCHOR_END: y\n", "y").contains("nothing to show"));
        let twice = "// ANCHOR: y\na\n// ANCHOR_END: y\n// ANCHOR: y\nb\n// ANCHOR_END: y\n";
        assert!(message(twice, "y").contains("starts twice"));
    }

    #[test]
    fn a_path_may_not_leave_the_repository() {
        let repository = Repository::new(PathBuf::from("."));
        for path in ["../secret.rs", "/etc/passwd", "a/../../b", ""] {
            let error = repository.read(path).unwrap_err().to_string();
            assert!(
                error.contains("not a path from the repository root"),
                "{path}: {error}"
            );
        }
    }
}
