//! The source of the program: where names come from, and what a reader is shown of it.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;

use explorer::graph::Place;

/// The files that the program was compiled from, read when they are asked for.
#[derive(Default)]
pub(crate) struct Sources {
    files: HashMap<String, Vec<String>>,
}

/// Lines of a file.
pub(crate) struct Part {
    /// The path from the root of the repository.
    pub(crate) file: String,
    /// The number of the first line, counted from 1.
    pub(crate) first: u32,
    pub(crate) lines: Vec<String>,
}

impl Sources {
    fn lines(&mut self, file: &str) -> &[String] {
        self.files.entry(file.to_owned()).or_insert_with(|| {
            let file = root().join(file);
            let text = match file.extension() {
                Some(extension) if extension == "patch" => patches::out::patched(&file).ok(),
                _ => fs::read_to_string(&file).ok(),
            };
            let text = text.unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        })
    }

    /// The name that the program gives to what it makes there: `let NAME = …`, or `NAME: …`.
    pub(crate) fn name_at(&mut self, place: Place) -> String {
        let lines = self.lines(&normal(place.file()));
        let line = lines
            .get(place.line() as usize - 1)
            .map_or("", |it| it.trim());
        let line = line.strip_prefix("let ").unwrap_or(line);
        let name: String = line
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect();
        match name.is_empty() {
            true => String::from("object"),
            false => name,
        }
    }

    /// The functions that have one of these places (file and line) in them, or one of these names; those of the
    /// program itself first.
    pub(crate) fn functions(
        &mut self,
        places: &BTreeSet<(String, u32)>,
        names: &[&str],
    ) -> Vec<Part> {
        let mut found = BTreeSet::new();
        for (file, line) in places {
            if let Some((first, last)) = around(self.lines(file), *line as usize - 1) {
                found.insert((!file.contains("/levels/"), file.clone(), first, last));
            }
        }
        let files: BTreeSet<String> = found.iter().map(|it| it.1.clone()).collect();
        for file in files {
            let lines = self.lines(&file).to_vec();
            for (number, line) in lines.iter().enumerate() {
                if names.iter().any(|name| is_head_of(line, name))
                    && let Some(last) = end(&lines, number)
                {
                    found.insert((!file.contains("/levels/"), file.clone(), number, last));
                }
            }
        }
        found
            .into_iter()
            .map(|(_, file, first, last)| Part {
                lines: to_margin(&self.lines(&file)[first..=last]),
                first: first as u32 + 1,
                file,
            })
            .collect()
    }
}

/// The root of the repository. Found when it is asked for: a program in a shared target folder may have been
/// built from another copy.
pub(crate) fn root() -> PathBuf {
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(package) => PathBuf::from(package).join("../.."),
        None => PathBuf::from("."),
    }
}

/// The path without its detours, as all systems write it. A wrong solution is compiled from a text that the build
/// script has made of a patch: the patch is its file, and the lines are those of the wrong solution.
pub(crate) fn normal(file: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split(['/', '\\']) {
        match part {
            "." => {}
            ".." if !parts.is_empty() => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if let Some(out) = parts
        .windows(2)
        .position(|pair| pair == ["out", "solutions"])
    {
        return parts[out + 1..].join("/").replace(".rs", ".patch");
    }
    parts.join("/")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_head(line: &str) -> bool {
    let words = line.split_whitespace();
    let mut words =
        words.skip_while(|it| it.starts_with("pub") || ["unsafe", "const"].contains(it));
    words.next() == Some("fn")
}

fn is_head_of(line: &str, name: &str) -> bool {
    is_head(line)
        && line
            .split_once("fn ")
            .and_then(|(_, rest)| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with(['(', '<']))
}

/// The first and the last line of the function around `line`, in a file that is formatted.
fn around(lines: &[String], line: usize) -> Option<(usize, usize)> {
    let inner = indent(lines.get(line)?);
    let head = (0..line)
        .rev()
        .find(|&at| is_head(&lines[at]) && indent(&lines[at]) < inner)?;
    Some((head, end(lines, head)?))
}

/// The last line of the function that begins at `head`.
fn end(lines: &[String], head: usize) -> Option<usize> {
    let outer = indent(&lines[head]);
    (head..lines.len()).find(|&at| lines[at].trim() == "}" && indent(&lines[at]) == outer)
}

/// Without the indentation that all share.
fn to_margin(lines: &[String]) -> Vec<String> {
    let outer = lines.first().map_or(0, |line| indent(line));
    let cut = |line: &String| line.get(outer..).unwrap_or("").to_owned();
    lines.iter().map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_loses_its_detours() {
        assert_eq!(normal("tools/scheduler/levels/../../x.rs"), "tools/x.rs");
        assert_eq!(normal(r"tools\x.rs"), "tools/x.rs");
        assert_eq!(
            normal("/target/debug/build/scheduler-0/out/solutions/02/01/pitfalls/x.rs"),
            "solutions/02/01/pitfalls/x.patch"
        );
    }

    #[test]
    fn a_function_is_found_from_within() {
        let text = "impl X {\n    /// Doc.\n    pub fn a(&self) {\n        b(|| {\n            c();\n        });\n    }\n}\n";
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert_eq!(around(&lines, 4), Some((2, 6)));
        assert_eq!(around(&lines, 1), None);
        assert!(is_head_of(&lines[2], "a") && !is_head_of(&lines[2], "b"));
    }
}
