//! One page: finds its directives and diagrams, and puts in their place what they ask for.

use std::ops::Range;

use anyhow::{Result, ensure};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::debrief;
use crate::diagram;
use crate::directive::{self, Kind};
use crate::form::{self, Made};
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
    /// Where a page has not the form that it should have.
    pub(crate) deviations: Vec<Problem>,
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
    let mut wrong = |at: usize, error: anyhow::Error| {
        found.problems.push(Problem {
            page: page.path.to_owned(),
            line: line_of(page.text, at),
            message: format!("{error:#}"),
        });
    };
    for block in &blocks {
        match draw(block) {
            Ok(edit) => edits.extend(edit),
            Err(error) => wrong(block.range.start, error),
        }
    }
    let mut placed = Vec::new();
    for start in directives(page.text) {
        match resolve(page, start, &blocks, repository) {
            Ok((kind, edit)) => {
                placed.push((start, kind));
                edits.extend(edit);
            }
            Err(error) => wrong(start, error),
        }
    }
    edits.sort_by_key(|edit| edit.range.start);

    let mut made = made(page, &blocks, &placed, &edits);
    let first_box = made.exercises.first().map(|(at, _)| *at);
    let text = |part: Range<usize>| put(page.text, part, &edits);
    let mut minutes = Minutes::default();
    match first_box {
        None => minutes.reading = minutes::to_read(&text(0..page.text.len())),
        Some(at) => {
            minutes.reading = minutes::to_read(&text(0..at));
            minutes.after = minutes::to_read(&text(at..page.text.len()));
        }
    }
    minutes.reading = minutes.reading.max(1);
    let fold = debrief::fold(page.text);
    minutes.after = minutes.after.max(u32::from(fold.is_some()));
    made.minutes_before = minutes.reading;
    for (start, kind) in &placed {
        match directive::minutes_to_solve(kind, repository) {
            Ok(more) => minutes.solving += more,
            Err(error) => wrong(*start, error),
        }
    }
    match form::deviations(&made, repository) {
        Ok(deviations) => found.deviations.extend(deviations),
        Err(error) => wrong(first_box.unwrap_or(0), error),
    }
    edits.extend(fold.into_iter().flatten().map(|(at, text)| Edit {
        range: at..at,
        text: text.to_owned(),
    }));
    edits.sort_by_key(|edit| edit.range.start);
    Rendered {
        text: minutes::under_title(&put(page.text, 0..page.text.len(), &edits), minutes),
        minutes,
    }
}

/// This part of `text`, with the `edits` that lie in it. They are in order.
fn put(text: &str, part: Range<usize>, edits: &[Edit]) -> String {
    let mut done = text[part.clone()].to_owned();
    let within = edits.iter().filter(|edit| part.contains(&edit.range.start));
    for edit in within.rev() {
        let range = edit.range.start - part.start..edit.range.end - part.start;
        done.replace_range(range, &edit.text);
    }
    done
}

/// What the form of a page is about.
fn made<'a>(
    page: &Page<'a>,
    blocks: &[Block],
    placed: &[(usize, Kind<'a>)],
    edits: &[Edit],
) -> Made<'a> {
    let mut made = Made {
        page: page.path,
        text: page.text,
        exercises: Vec::new(),
        code: Vec::new(),
        differences: Vec::new(),
        minutes_before: 0,
    };
    for (start, kind) in placed {
        match kind {
            Kind::Exercise(name) => {
                let line = page.text[..*start].rfind('\n').map_or(0, |at| at + 1);
                made.exercises.push((line, name));
            }
            Kind::Difference(name) => made.differences.push((*start, name)),
            Kind::Include(text) => made.code.push((*start, text.clone())),
            _ => {}
        }
    }
    let as_written = blocks.iter().map(|block| (block.range.start, &block.body));
    made.code
        .extend(as_written.map(|(at, code)| (at, code.clone())));
    for edit in edits {
        let shown = code_blocks(&edit.text).into_iter();
        made.code
            .extend(shown.map(|block| (edit.range.start, block.body)));
    }
    made
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

/// Reads the directive at `start`, and finds what is to be put in its place.
fn resolve<'a>(
    page: &Page<'a>,
    start: usize,
    blocks: &[Block],
    repository: &Repository,
) -> Result<(Kind<'a>, Option<Edit>)> {
    let line_start = page.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = page.text[start..]
        .find('\n')
        .map_or(page.text.len(), |at| start + at);
    let rest = &page.text[start..line_end];
    let length = rest.find("}}");
    ensure!(length.is_some(), "`{rest}` is not closed by `}}}}`");
    let written = &rest[..length.unwrap_or(0) + 2];

    let kind = Kind::parse(&written[3..written.len() - 2], page.path, repository)?;
    if let Kind::Title | Kind::Include(_) = kind {
        return Ok((kind, None)); // checked; mdBook puts it in
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
        return Ok((kind, None));
    }
    let text = directive::render(&kind, repository)?;
    let edit = Edit {
        range: line_start..line_end,
        text: indent(&text, before),
    };
    Ok((kind, Some(edit)))
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
