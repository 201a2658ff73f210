use std::fmt;

use diffy::DiffOptions;
use diffy::patch_set::{FileOperation, FilePatch, ParseOptions, PatchSet};

use crate::error::Error;
use crate::sources::Sources;

/// A unified diff of files below `src/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// It has been parsed once, so it can be parsed again.
    text: String,
    /// One for each file, in the order of `text`.
    files: Vec<Changed>,
}

/// A file that a difference changes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Changed {
    /// Below `src/`, with forward slashes.
    name: String,
    /// The line of the patch at which its first hunk begins.
    line: usize,
}

/// A piece of a difference: lines that are the same in both texts, that only the old one has, or only the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The lines that follow are of this file, from this line of the new text on (counted from 1).
    Hunk(String, usize),
    /// A line of both.
    Same(String),
    /// A line of the old text.
    Removed(String),
    /// A line of the new text.
    Added(String),
}

#[derive(Clone, Copy)]
enum Way {
    There,
    Back,
}

impl Difference {
    pub(crate) fn parse(text: &str, line: usize) -> Result<Self, Error> {
        let mut files: Vec<Changed> = Vec::new();
        // One section at a time: the parser tells places from the start of what it is given.
        for (offset, section) in sections(text) {
            let line = line + offset;
            for file in PatchSet::parse(section, ParseOptions::unidiff()) {
                let file = file.map_err(|error| {
                    let (within, what) = place_and_words(&error.to_string(), section);
                    Error::at(line + within, format!("is no unified diff: {what}"))
                })?;
                let name = name_of(&file).map_err(|what| Error::at(line, what))?;
                if files.iter().any(|other| other.name == name) {
                    return Err(Error::at(line, format!("changes src/{name} twice")));
                }
                let line = line
                    + section
                        .lines()
                        .take_while(|it| !it.starts_with("@@"))
                        .count();
                files.push(Changed { name, line });
            }
        }
        if files.is_empty() {
            return Err(Error::at(
                line,
                "has no difference: `--- a/src/NAME.rs` and `+++ b/src/NAME.rs` begin one",
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            files,
        })
    }

    /// What leads from `old` to `new`. Nothing, if they are equal.
    ///
    /// Both have the same files: a difference neither makes one nor removes one.
    pub fn between(old: &Sources, new: &Sources) -> Option<Self> {
        let mut text = String::new();
        for (name, old) in old.iter() {
            let new = new.get(name).unwrap_or(old);
            if old != new {
                let mut options = DiffOptions::new();
                options.set_original_filename(format!("a/src/{name}"));
                options.set_modified_filename(format!("b/src/{name}"));
                text += &options.create_patch(old, new).to_string();
            }
        }
        Self::parse(&text, 1).ok()
    }

    /// The names of the files that it changes, below `src/`.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// Its lines, hunk by hunk, without the ends of the lines.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for (patch, file) in self.patches().zip(&self.files) {
            let Some(patch) = patch.patch().as_text() else {
                continue;
            };
            for hunk in patch.hunks() {
                parts.push(Part::Hunk(file.name.clone(), hunk.new_range().start()));
                parts.extend(hunk.lines().iter().map(|line| match line {
                    diffy::Line::Context(line) => Part::Same(without_end(line)),
                    diffy::Line::Delete(line) => Part::Removed(without_end(line)),
                    diffy::Line::Insert(line) => Part::Added(without_end(line)),
                }));
            }
        }
        parts
    }

    /// `old`, changed. A hunk that fits only further up or down is applied there.
    ///
    /// # Errors
    ///
    /// If a hunk fits nowhere, or there is no such file.
    pub fn apply(&self, old: &Sources) -> Result<Sources, Error> {
        self.go(old, Way::There)
    }

    /// What `new` was before it was changed.
    ///
    /// # Errors
    ///
    /// As [`Difference::apply`].
    pub fn take_back(&self, new: &Sources) -> Result<Sources, Error> {
        self.go(new, Way::Back)
    }

    fn go(&self, from: &Sources, way: Way) -> Result<Sources, Error> {
        let mut sources = from.clone();
        for (patch, file) in self.patches().zip(&self.files) {
            let text = sources.get_mut(&file.name).ok_or_else(|| {
                Error::at(
                    file.line.saturating_sub(2),
                    format!("changes src/{}, and there is no such file", file.name),
                )
            })?;
            let Some(patch) = patch.patch().as_text() else {
                continue;
            };
            let patch = match way {
                Way::There => patch.clone(),
                Way::Back => patch.reverse(),
            };
            *text = diffy::apply(text, &patch).map_err(|_| misfit(&patch, file, text))?;
        }
        Ok(sources)
    }

    fn patches(&self) -> impl Iterator<Item = FilePatch<'_, str>> {
        PatchSet::parse(&self.text, ParseOptions::unidiff()).flatten()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn without_end(line: &str) -> String {
    line.trim_end_matches('\n').to_owned()
}

/// The first hunk that fits nowhere in `text`, and the first of its lines that `text` lacks.
fn misfit(patch: &diffy::Patch<'_, str>, file: &Changed, text: &str) -> Error {
    let mut line = file.line;
    for hunk in patch.hunks() {
        let fits = {
            let mut lines = hunk.lines().iter();
            lines.find_map(|it| match it {
                diffy::Line::Context(wanted) | diffy::Line::Delete(wanted) => {
                    let is_there = text.split_inclusive('\n').any(|line| line == *wanted);
                    (!is_there).then_some(wanted.trim())
                }
                diffy::Line::Insert(_) => None,
            })
        };
        if let Some(missing) = fits {
            return Error::at(
                line,
                format!(
                    "no longer applies: src/{} has no line `{missing}` any more",
                    file.name
                ),
            );
        }
        line += hunk.lines().len() + 1;
    }
    Error::at(
        file.line,
        format!(
            "no longer applies: src/{} has its lines no longer one below the other",
            file.name
        ),
    )
}

/// The file below `src/` that is changed, or what is wrong with the two names.
fn name_of(file: &FilePatch<'_, str>) -> Result<String, String> {
    let FileOperation::Modify { original, modified } = file.operation() else {
        return Err(
            "makes or removes a file, or gives it another name; it may only change some".to_owned(),
        );
    };
    let below = |path: &str, side: &str| {
        let name = path.strip_prefix(side)?.strip_prefix("/src/")?;
        let is_plain = name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && !part.contains('\\'));
        is_plain.then(|| name.to_owned())
    };
    match (below(original, "a"), below(modified, "b")) {
        (Some(original), Some(modified)) if original == modified => Ok(original),
        _ => Err(format!(
            "changes `{original}`; it may change files below `src/`, as `--- a/src/NAME.rs` and \
             `+++ b/src/NAME.rs`"
        )),
    }
}

/// Pieces that begin with the two lines that name a file, each with the number of lines before it. Text before
/// the first is a piece of its own, and no diff.
fn sections(text: &str) -> Vec<(usize, &str)> {
    let mut starts = vec![0];
    let mut offset = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (index, line) in lines.iter().enumerate() {
        let names_follow = lines
            .get(index + 1)
            .is_some_and(|it| it.starts_with("+++ "));
        if offset > 0 && line.starts_with("--- ") && names_follow {
            starts.push(offset);
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| (text[..start].lines().count(), &text[start..end]))
        .filter(|(_, section)| !section.trim().is_empty())
        .collect()
}

/// The line of `section`, counted from 0, and the words for what is wrong there. diffy puts both into one message,
/// "error parsing patch at byte N: WHAT", and has no other way to ask for N.
fn place_and_words(message: &str, section: &str) -> (usize, String) {
    let words = message.rsplit(": ").next().unwrap_or(message).to_owned();
    let byte = message.split_once(" at byte ").and_then(|(_, rest)| {
        let (byte, _) = rest.split_once(':')?;
        byte.parse().ok()
    });
    let before = byte.and_then(|byte: usize| section.get(..byte));
    (
        before.map_or(0, |before| before.matches('\n').count()),
        words,
    )
}
