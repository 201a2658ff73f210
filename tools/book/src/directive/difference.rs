//! `{{#difference EXERCISE/PITFALL}}`: what a wrong solution does otherwise than the right one, line by line.
//!
//! What was taken away and what was put in are told apart by a sign in front of each line, by a bar beside it, by the
//! elements `del` and `ins`, and by a word for those who listen. Signs and words are not copied with the code.

use patches::Part;

use crate::html::{block, escape, with_code};
use crate::pitfall::Pitfall;
use crate::repository::{Repository, is_anchor_line};

use anyhow::Result;

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
        lines(&pitfall),
        with_code(&capitalised(&pitfall.lesson)),
    )))
}

/// What happens to lines that stand one below the other.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Kept,
    Removed,
    Added,
}

fn lines(pitfall: &Pitfall) -> String {
    let has_several_files = pitfall.difference.files().count() > 1;
    let mut html = String::new();
    let mut run: Option<(Fate, Vec<String>)> = None;
    for part in pitfall.difference.parts() {
        let (fate, line) = match part {
            Part::Same(line) => (Fate::Kept, line),
            Part::Removed(line) => (Fate::Removed, line),
            Part::Added(line) => (Fate::Added, line),
            Part::Hunk(file, from) => {
                html.extend(run.take().map(rendered));
                let file = match has_several_files {
                    true => format!("<code>src/{}</code>, ", escape(&file)),
                    false => String::new(),
                };
                html.push_str(&format!("<p class=\"hunk\">{file}from line {from}</p>\n"));
                continue;
            }
        };
        // Marks for listings are no part of the program.
        if is_anchor_line(&line) {
            continue;
        }
        match &mut run {
            Some((same, lines)) if *same == fate => lines.push(line),
            _ => html.extend(run.replace((fate, vec![line])).map(rendered)),
        }
    }
    html.extend(run.map(rendered));
    html
}

/// One line of HTML, whatever lines there are: a blank one would end it.
fn rendered((fate, lines): (Fate, Vec<String>)) -> String {
    let code = format!(
        "<code class=\"language-rust\">{}&#10;</code>",
        escape(&lines.join("\n")).replace('\n', "&#10;")
    );
    let (class, sign, code) = match fate {
        Fate::Kept => ("kept", " ", code),
        Fate::Removed => (
            "removed",
            "−",
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
