//! `{{#difference EXERCISE/PITFALL}}`: what a wrong solution does otherwise than the right one, line by line.
//!
//! What was taken away and what was put in are told apart by a sign in front of each line, by a bar beside it, by the
//! elements `del` and `ins`, and by a word for those who listen. Signs and words are not copied with the code.

use anyhow::Result;
use patches::{Difference, Part};

use crate::html::{block, escape, with_code};
use crate::pitfall::Pitfall;
use crate::repository::{Repository, is_anchor_line};

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let pitfall = Pitfall::named(name, repository)?;
    let title = with_code(&capitalised(&pitfall.title));
    Ok(block(&format!(
        "<figure class=\"difference\">\n\
         <figcaption><strong>{title}</strong> <span><code>{}</code></span></figcaption>\n\
         <div class=\"difference-lines hljs\" role=\"region\" aria-label=\"The difference: {}\">\n{}</div>\n\
         <p class=\"lesson\">{}</p>\n</figure>\n",
        escape(&pitfall.path),
        escape(&pitfall.title),
        lines(&pitfall.difference),
        with_code(&capitalised(&pitfall.lesson)),
    )))
}

/// What happens to a line.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Kept,
    Removed,
    Added,
}

/// Lines that change, with those around them.
struct Hunk {
    /// Below `src/`.
    file: String,
    /// Where its first line stands in the wrong solution, counted from 1.
    from: usize,
    lines: Vec<(Fate, String)>,
}

fn lines(difference: &Difference) -> String {
    let names_files = difference.files().count() > 1;
    let hunks = hunks(difference).into_iter().map(Hunk::trimmed);
    hunks.map(|hunk| hunk.html(names_files)).collect()
}

fn hunks(difference: &Difference) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for part in difference.parts() {
        let line = match part {
            Part::Hunk(file, from) => {
                let lines = Vec::new();
                hunks.push(Hunk { file, from, lines });
                continue;
            }
            Part::Same(line) => (Fate::Kept, line),
            Part::Removed(line) => (Fate::Removed, line),
            Part::Added(line) => (Fate::Added, line),
        };
        let hunk = hunks.last_mut().expect("lines are those of a hunk");
        hunk.lines.push(line);
    }
    hunks
}

impl Hunk {
    /// Without blank lines at its ends, and without marks for listings, which are no part of the program.
    fn trimmed(mut self) -> Self {
        let says_nothing = |(fate, line): &(Fate, String)| {
            is_anchor_line(line) || (*fate == Fate::Kept && line.trim().is_empty())
        };
        let first = self.lines.iter().position(|line| !says_nothing(line));
        let before = self.lines.drain(..first.unwrap_or(0));
        self.from += before.filter(|(fate, _)| *fate != Fate::Removed).count();
        while self.lines.last().is_some_and(says_nothing) {
            self.lines.pop();
        }
        self.lines.retain(|(_, line)| !is_anchor_line(line));
        self
    }

    fn html(&self, names_file: bool) -> String {
        let file = match names_file {
            true => format!("<code>src/{}</code>, ", escape(&self.file)),
            false => String::new(),
        };
        let runs = self.lines.chunk_by(|(one, _), (next, _)| one == next);
        let runs: String = runs.map(run).collect();
        format!(
            "<p class=\"hunk\">{file}from line {}</p>\n{runs}",
            self.from
        )
    }
}

/// Lines of one fate, as one line of HTML: a blank one would end it.
fn run(lines: &[(Fate, String)]) -> String {
    let code: String = lines
        .iter()
        .map(|(_, line)| escape(line) + "&#10;")
        .collect();
    let code = format!("<code class=\"language-rust\">{code}</code>");
    let (class, sign, code) = match lines[0].0 {
        Fate::Kept => ("kept", " ", code),
        Fate::Removed => (
            "removed",
            "-",
            format!("{}<del>{code}</del>", spoken("removed")),
        ),
        Fate::Added => (
            "added",
            "+",
            format!("{}<ins>{code}</ins>", spoken("added")),
        ),
    };
    // In attributes, signs are not in the search and are not copied with the code.
    let signs = format!("<i data-sign=\"{sign}\"></i>").repeat(lines.len());
    format!(
        "<div class=\"{class}\"><span class=\"signs\" aria-hidden=\"true\">{signs}</span>{code}</div>\n"
    )
}

/// For those who listen.
fn spoken(word: &str) -> String {
    format!("<span class=\"spoken\">{word}: </span>")
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_and_marks_are_left_out_and_the_first_line_is_told() {
        let patch = "Key: value\n\n--- a/src/x.rs\n+++ b/src/x.rs\n@@ -5,7 +5,7 @@\n \n-// ANCHOR: old\n \n \
                     // ANCHOR: f\n fn f() {\n-    a < b;\n+\n+    c;\n }\n";
        let patch = patches::Patch::parse(patch).unwrap();
        let html = lines(patch.difference());
        assert!(
            html.starts_with("<p class=\"hunk\">from line 8</p>"),
            "{html}"
        );
        for part in [
            "<code class=\"language-rust\">fn f() {&#10;</code></div>",
            "removed: </span><del><code class=\"language-rust\">    a &lt; b;&#10;</code></del>",
            "added: </span><ins><code class=\"language-rust\">&#10;    c;&#10;</code></ins>",
            "<i data-sign=\"+\"></i><i data-sign=\"+\"></i></span>",
        ] {
            assert!(html.contains(part), "no {part} in\n{html}");
        }
        assert!(!html.contains("ANCHOR") && !html.contains("\n\n"), "{html}");
    }
}
