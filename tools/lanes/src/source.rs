//! The source files: their lines, and paths that mean something to the reader.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::panic::Location;
use std::path::{Component, Path, PathBuf};

thread_local! {
    static RELATIVE: RefCell<HashMap<String, String>> = RefCell::default();
}

/// `file` relative to the package it belongs to, with `/` between its parts.
pub(crate) fn relative(file: &str) -> String {
    RELATIVE.with_borrow_mut(|known| {
        if let Some(relative) = known.get(file) {
            return relative.clone();
        }
        let relative = find_relative(file);
        known.insert(file.to_owned(), relative.clone());
        relative
    })
}

fn find_relative(file: &str) -> String {
    // The standard library's own files are named after the machine that built it.
    if let Some((_, inside)) = file.split_once("/library/") {
        return format!("std/{inside}");
    }
    let absolute = find(file);
    let package = absolute
        .ancestors()
        .skip(1)
        .find(|folder| folder.join("Cargo.toml").is_file());
    let relative = match package {
        Some(package) => absolute.strip_prefix(package).unwrap_or(&absolute),
        None => Path::new(file),
    };
    relative.to_string_lossy().replace('\\', "/")
}

/// Where `file` is on disk. A `Location` holds it as the compiler was given it: relative to the workspace, or
/// absolute.
fn find(file: &str) -> PathBuf {
    let file = Path::new(file);
    let package = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_dir().unwrap_or_default(),
    };
    package
        .ancestors()
        .map(|folder| normal(&folder.join(file)))
        .find(|path| path.is_file())
        .unwrap_or_else(|| normal(file))
}

/// Without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// Source files, read once each.
#[derive(Default)]
pub(crate) struct Sources {
    files: HashMap<String, Vec<String>>,
}

impl Sources {
    fn lines(&mut self, file: &str) -> &[String] {
        self.files.entry(file.to_owned()).or_insert_with(|| {
            let text = fs::read_to_string(find(file)).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        })
    }

    /// A line of a file, without the white space around it. Empty if there is none.
    pub(crate) fn line(&mut self, file: &str, line: u32) -> String {
        let lines = self.lines(file);
        let line = lines.get(line as usize - 1);
        line.map(|line| line.trim().to_owned()).unwrap_or_default()
    }

    /// Whether a file has something about fences in it, outside of comments.
    pub(crate) fn speaks_of_fences(&mut self, file: &str) -> bool {
        self.code(file).any(|line| line.contains("fence"))
    }

    /// Whether a file takes `fence` from `std`, in one line.
    pub(crate) fn takes_fence_from_std(&mut self, file: &str) -> bool {
        // `lanes_std` is another crate.
        let is_of_std = |line: &str| {
            line.match_indices("std::sync::atomic")
                .any(|(at, _)| !line[..at].ends_with('_'))
        };
        self.code(file)
            .any(|line| line.contains("fence") && is_of_std(line))
    }

    /// The lines of a file, without comments.
    fn code(&mut self, file: &str) -> impl Iterator<Item = &str> {
        let lines = self.lines(file).iter();
        lines.map(|line| line.split("//").next().unwrap_or_default())
    }

    /// The text that begins at a place, to the end of its line.
    pub(crate) fn text_at(&mut self, file: &str, line: u32, column: u32) -> String {
        let text = self.lines(file).get(line as usize - 1).cloned();
        let text = text.unwrap_or_default();
        text.chars().skip(column as usize - 1).collect()
    }

    /// The name of the function that a line stands in: of the nearest `fn` above that is indented less, or stands in the line.
    pub(crate) fn function(&mut self, file: &str, line: u32) -> Option<String> {
        let lines = self.lines(file);
        let indent = |text: &str| text.len() - text.trim_start().len();
        let own = lines.get(line as usize - 1)?;
        let mut outer = indent(own) + 1;
        for text in lines[..line as usize].iter().rev() {
            if text.trim().is_empty() || indent(text) >= outer {
                continue;
            }
            outer = indent(text);
            if let Some(name) = function_name(text) {
                return Some(name);
            }
        }
        None
    }

    /// The text before a place: its line, behind the few lines above it.
    pub(crate) fn before(&mut self, site: &Location<'_>) -> String {
        const LINES_ABOVE: usize = 6;
        let line = site.line() as usize - 1;
        let lines = self.lines(site.file());
        if lines.len() <= line {
            return String::new();
        }
        let mut before = String::new();
        for above in &lines[line.saturating_sub(LINES_ABOVE)..line] {
            before.push_str(above.split("//").next().unwrap_or_default());
            before.push('\n');
        }
        before.extend(lines[line].chars().take(site.column() as usize - 1));
        before
    }
}

/// The name in `pub(crate) unsafe fn name<T>(…`.
fn function_name(line: &str) -> Option<String> {
    let code = line.split("//").next().unwrap_or_default();
    let (before, after) = code.split_once("fn ")?;
    let is_word = |word: &str| {
        word.starts_with("pub")
            || ["const", "async", "unsafe", "extern", "\"C\"", "crate)"].contains(&word)
    };
    if !before.split_whitespace().all(is_word) {
        return None;
    }
    let name: String = after
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_in_a_function() {
        let text = "impl Queue {\n    pub(crate) unsafe fn push<T>(&self) {\n        // not fn other(\n        self.items.lock();\n    }\n\n    fn pop(&self) { self.items.lock(); }\n}\nconst X: u32 = 1;\n";
        let mut sources = Sources::default();
        let lines = text.lines().map(str::to_owned).collect();
        sources.files.insert(String::from("queue.rs"), lines);
        let function = |line| sources.function("queue.rs", line);
        let found: Vec<_> = [4, 7, 9].map(function).into_iter().collect();
        assert_eq!(found, [Some("push".into()), Some("pop".into()), None]);
    }
}
