//! How far the learner is: which exercises have been seen green, on the source as it is now.
//!
//! `progress.txt` has a line for each: the exercise, its source as a hash, the day. A line is written only by a run of all
//! tests of that very source that has passed. Comments and spaces are not part of the hash. Two copies of the file can be
//! merged line by line, in any order.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde::Serialize;

use crate::catalogue::{Exercise, State, Workbook};
use crate::failure::Failure;
use crate::saved;

const HEAD: &str = "\
# What `cargo workbook check` and `watch` have seen green: exercise, source (a hash), day.
# They write it. To keep it in git: git add --force progress.txt. Lines may be merged in any order.
";

/// What is known of all exercises.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// By exercise, what its source was when it was green, and on which day.
    green: BTreeMap<String, Vec<(String, String)>>,
}

/// How an exercise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// All tests have passed on the source as it is.
    Green,
    /// They have, on another version of it.
    Changed,
    /// No `todo!` is left, and nobody has seen it green.
    Written,
    /// A `todo!` is left.
    Begun,
    /// The starter.
    Untouched,
    /// The source, or its starter, cannot be read.
    Unknown,
}

impl Standing {
    pub(crate) const ALL: [Self; 6] = [
        Self::Green,
        Self::Changed,
        Self::Written,
        Self::Begun,
        Self::Untouched,
        Self::Unknown,
    ];

    pub(crate) fn mark(self) -> char {
        match self {
            Self::Green => '✓',
            Self::Changed => '≈',
            Self::Written => '+',
            Self::Begun => '~',
            Self::Untouched => '·',
            Self::Unknown => '?',
        }
    }

    pub(crate) fn legend(self) -> &'static str {
        match self {
            Self::Green => "green: all tests pass",
            Self::Changed => "was green, and has changed",
            Self::Written => "written, not yet seen green",
            Self::Begun => "begun",
            Self::Untouched => "untouched",
            Self::Unknown => "cannot be read",
        }
    }

    /// Whether it is behind the learner.
    pub(crate) fn is_done(self) -> bool {
        matches!(self, Self::Green | Self::Changed)
    }
}

impl Progress {
    /// What the file says. None at all, if there is none.
    pub(crate) fn of(workbook: &Workbook) -> Result<Self, Failure> {
        let file = file(workbook);
        match fs::read(&file) {
            Ok(text) => Ok(Self::read(&String::from_utf8_lossy(&text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Failure::io("read", &file, &error)),
        }
    }

    /// Lines of another form (comments, the marks of a merge that was not resolved) say nothing.
    fn read(text: &str) -> Self {
        let mut progress = Self::default();
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [name, hash, day] = words[..] else {
                continue;
            };
            if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let seen = progress.green.entry(name.to_owned()).or_default();
                let line = (hash.to_owned(), day.to_owned());
                if !seen.contains(&line) {
                    seen.push(line);
                }
            }
        }
        progress
    }

    fn write(&self) -> String {
        let mut text = HEAD.to_owned();
        for (name, seen) in &self.green {
            for (hash, day) in seen {
                text.push_str(&format!("{name}  {hash}  {day}\n"));
            }
        }
        text
    }

    pub(crate) fn standing(&self, exercise: &Exercise) -> Standing {
        let hash = hash(exercise);
        let names = std::iter::once(&exercise.name).chain(&exercise.formerly);
        let mut seen = names.filter_map(|name| self.green.get(name)).flatten();
        let was_green = seen.clone().next().is_some();
        // Under whatever name: this is the source that was green.
        if hash.is_some_and(|hash| seen.any(|(green, _)| *green == hash)) {
            return Standing::Green;
        }
        match exercise.state() {
            State::Untouched => Standing::Untouched,
            State::Unknown => Standing::Unknown,
            State::Begun | State::Written if was_green => Standing::Changed,
            State::Begun => Standing::Begun,
            State::Written => Standing::Written,
        }
    }

    /// The first exercise that has not been seen green; then one that has changed since.
    pub(crate) fn next<'a>(&self, workbook: &'a Workbook) -> Option<&'a Exercise> {
        self.after(workbook, None)
    }

    /// The next one to do, in the order of the book, after `exercise`; else from the beginning.
    pub(crate) fn after<'a>(
        &self,
        workbook: &'a Workbook,
        exercise: Option<&Exercise>,
    ) -> Option<&'a Exercise> {
        let all: Vec<(&Exercise, Standing)> = workbook
            .exercises()
            .map(|it| (it, self.standing(it)))
            .collect();
        let here =
            exercise.and_then(|exercise| all.iter().position(|(it, _)| it.name == exercise.name));
        let (before, behind) = all.split_at(here.map_or(0, |here| here + 1));
        let is_other = |it: &&(&'a Exercise, Standing)| {
            exercise.is_none_or(|exercise| exercise.name != it.0.name)
        };
        let mut in_order = behind.iter().chain(before).filter(is_other);
        let open = in_order.clone().find(|(_, standing)| !standing.is_done());
        open.or_else(|| in_order.find(|(_, standing)| *standing != Standing::Green))
            .map(|(exercise, _)| *exercise)
    }

    /// Notes that the source with this hash is green.
    pub(crate) fn record(
        workbook: &Workbook,
        exercise: &Exercise,
        hash: &str,
    ) -> Result<(), Failure> {
        let mut progress = Self::of(workbook)?;
        let known = progress.green.get(&exercise.name);
        if known.is_some_and(|seen| seen.len() == 1 && seen[0].0 == hash) {
            return Ok(());
        }
        let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let day = now.split('T').next().unwrap_or(&now).to_owned();
        progress
            .green
            .insert(exercise.name.clone(), vec![(hash.to_owned(), day)]);
        for former in &exercise.formerly {
            progress.green.remove(former);
        }
        saved::replace(&file(workbook), progress.write().as_bytes())
    }
}

fn file(workbook: &Workbook) -> PathBuf {
    workbook.root.join("progress.txt")
}

/// What the learner's file says to the compiler, as a hash: without comments, and however it is laid out. None, if it cannot
/// be read.
pub(crate) fn hash(exercise: &Exercise) -> Option<String> {
    let source = fs::read(exercise.source()).ok()?;
    Some(hash_of(&source))
}

fn hash_of(source: &[u8]) -> String {
    let tokens = std::str::from_utf8(source)
        .ok()
        .and_then(|text| text.parse::<TokenStream>().ok());
    let mut hash = Fnv::default();
    match tokens {
        Some(tokens) => hash.tokens(tokens),
        None => hash.bytes(source),
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a: the same on every machine, and with every compiler.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn word(&mut self, word: &str) {
        self.bytes(word.as_bytes());
        self.bytes(&[0]);
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if is_punct(&token, '#') {
                let inner = tokens.next_if(|token| is_punct(token, '!'));
                if tokens.next_if(is_documentation).is_some() {
                    continue;
                }
                self.word("#");
                if inner.is_some() {
                    self.word("!");
                }
                continue;
            }
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.word(open);
                    self.tokens(group.stream());
                    self.word(close);
                }
                token => self.word(&token.to_string()),
            }
        }
    }
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// `[doc = "…"]`, which is what a documentation comment is to the compiler.
fn is_documentation(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket
        && group.stream().into_iter().next().is_some_and(
            |first| matches!(first, TokenTree::Ident(ident) if ident == "doc")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_layout_are_not_part_of_the_hash() {
        let hash = |text: &str| hash_of(text.as_bytes());
        let plain = hash("#[inline]\nfn f(a: u8) -> u8 { a + 1 }");
        assert_eq!(
            plain,
            hash(
                "//! A.\n\n/// One more.\n#[inline]\nfn f(\n    a: u8) -> u8 {\n    // Why?\n    a + 1\n}\n"
            )
        );
        assert_ne!(plain, hash("fn f(a: u8) -> u8 { a + 1 }"));
        assert_ne!(plain, hash("#[inline]\nfn f(a: u8) -> u8 { a + 2 }"));
        assert_ne!(hash("f(a)b"), hash("f(a b)"));
        assert_ne!(
            hash("fn ("),
            hash("fn [("),
            "half-written code has a hash, too"
        );
        // It is in the files of those who keep their progress: it must stay as it is.
        assert_eq!(hash("fn f() {}"), "4ce5a5e430e32346");
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_merged_line_by_line() {
        let line = |name: &str, digit: &str| format!("{name}  {}  2026-11-29\n", digit.repeat(16));
        let (a, b, other) = (line("a", "1"), line("b", "2"), line("a", "3"));
        let merged = format!(
            "# words\n<<<<<<< ours\n{b}=======\n{a}{other}>>>>>>> theirs\na short 2026-11-29\n{b}"
        );
        let progress = Progress::read(&merged);
        assert_eq!(progress.green["a"].len(), 2);
        assert_eq!(progress.write(), format!("{HEAD}{a}{other}{b}"));
        assert_eq!(Progress::read(&progress.write()).write(), progress.write());
    }
}
