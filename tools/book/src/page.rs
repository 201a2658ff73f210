//! One page: finds its directives and diagrams, and puts in their place what they ask for.

use std::ops::Range;

use anyhow::{Result, ensure};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::diagram;
use crate::directive::{self, Kind};
use crate::minutes::{self, Minutes};
use crate::predict::{self, Prediction};
use crate::problem::{Problem, line_of};
use crate::readme;
use crate::repository::Repository;

/// A page as it was written.
pub(crate) struct Page<'a> {
    /// Path from the repository root.
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

/// A page with everything in place.
pub(crate) struct Rendered {
    pub(crate) text: String,
    pub(crate) minutes: Minutes,
}

/// What was found on pages, beside their text.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) problems: Vec<Problem>,
    pub(crate) predictions: Vec<Prediction>,
}

/// Something to be put in the place of a piece of the page.
struct Edit {
    range: Range<usize>,
    text: String,
}

/// A code block between fences.
struct Block {
    range: Range<usize>,
    language: String,
    body: String,
}

/// Puts everything in place but schedules, which wait for the minutes of all pages. What cannot be put there is
/// one of the problems found.
pub(crate) fn render(page: &Page<'_>, repository: &Repository, found: &mut Found) -> Rendered {
    let blocks = code_blocks(page.text);
    let mut edits = Vec::new();
    edits.extend(readme::links(page.text).into_iter().map(|range| Edit {
        range,
        text: "index.md".to_owned(),
    }));
    for block in blocks.iter().filter(|block| block.language == "predict") {
        edits.extend(predict(page, block, repository, found));
    }
    let mut solving = 0;
    let mut keep = |at: usize, result: Result<Option<Edit>>| match result {
        Ok(edit) => edits.extend(edit),
        Err(error) => found.problems.push(Problem {
            page: page.path.to_owned(),
            line: line_of(page.text, at),
            message: format!("{error:#}"),
        }),
    };
    for block in &blocks {
        keep(block.range.start, draw(block));
    }
    for start in directives(page.text) {
        keep(
            start,
            resolve(page, start, &blocks, &mut solving, repository),
        );
    }
    edits.sort_by_key(|edit| edit.range.start);
    let mut text = page.text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.range, &edit.text);
    }
    let minutes = Minutes {
        reading: minutes::to_read(&text),
        solving,
    };
    Rendered {
        text: minutes::under_title(&text, minutes),
        minutes,
    }
}

fn code_blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => info,
                    CodeBlockKind::Indented => "",
                };
                open = Some(Block {
                    range,
                    language: info.split([' ', ',']).next().unwrap_or("").to_owned(),
                    body: String::new(),
                });
            }
            Event::Text(line) => {
                if let Some(block) = &mut open {
                    block.body.push_str(&line);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

/// The drawing that a block of code describes, if it is a block that describes one.
fn draw(block: &Block) -> Result<Option<Edit>> {
    let svg = match block.language.as_str() {
        "mermaid" => diagram::mermaid::draw(&block.body, block.range.start)?,
        "lanes" => diagram::lanes::draw(&block.body)?,
        _ => return Ok(None),
    };
    Ok(Some(Edit {
        range: block.range.clone(),
        text: svg,
    }))
}

/// The form that a `predict` block asks for.
fn predict(
    page: &Page<'_>,
    block: &Block,
    repository: &Repository,
    found: &mut Found,
) -> Option<Edit> {
    let line = line_of(page.text, block.range.start);
    match predict::render(&block.body, page.path, line, repository) {
        Ok((text, prediction)) => {
            found.predictions.push(prediction);
            Some(Edit {
                range: block.range.clone(),
                text,
            })
        }
        Err(mistake) => {
            found.problems.push(Problem {
                page: page.path.to_owned(),
                line: line + mistake.line,
                message: mistake.message,
            });
            None
        }
    }
}

/// Where the directives start. `\{{#` shows a directive instead of being one, as in mdBook itself.
pub(crate) fn directives(text: &str) -> Vec<usize> {
    text.match_indices("{{#")
        .map(|(at, _)| at)
        .filter(|&at| !text[..at].ends_with('\\'))
        .collect()
}

fn resolve(
    page: &Page<'_>,
    start: usize,
    blocks: &[Block],
    solving: &mut u32,
    repository: &Repository,
) -> Result<Option<Edit>> {
    let line_start = page.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = page.text[start..]
        .find('\n')
        .map_or(page.text.len(), |at| start + at);
    let rest = &page.text[start..line_end];
    let length = rest.find("}}");
    ensure!(length.is_some(), "`{rest}` is not closed by `}}}}`");
    let written = &rest[..length.unwrap_or(0) + 2];

    let kind = Kind::parse(&written[3..written.len() - 2], page.path, repository)?;
    if let Kind::Mdbook = kind {
        return Ok(None); // checked; mdBook puts it in
    }
    let (before, after) = (
        &page.text[line_start..start],
        &page.text[start + written.len()..line_end],
    );
    ensure!(
        before.trim().is_empty() && after.trim().is_empty(),
        "`{written}` must stand on a line of its own"
    );
    ensure!(
        !blocks.iter().any(|block| block.range.contains(&start)),
        "`{written}` stands in a code block; put it outside, or write `\\{written}` to show it"
    );
    if let Kind::Schedule = kind {
        return Ok(None);
    }
    *solving += directive::minutes_to_solve(&kind, repository)?;
    let text = directive::render(kind, repository)?;
    Ok(Some(Edit {
        range: line_start..line_end,
        text: indent(&text, before),
    }))
}

/// Keeps a directive within the list item that it is indented into.
fn indent(text: &str, by: &str) -> String {
    if by.is_empty() {
        return text.to_owned();
    }
    text.lines()
        .map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("{by}{line}\n"),
        })
        .collect()
}
