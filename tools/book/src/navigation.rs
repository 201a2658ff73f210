//! What a page says to know before it is read, and where it says to go next.
//!
//! Both are lines of its text, so that they read the same wherever the page is read: a paragraph that starts
//! with `**Before:**`, above the first section, and one that starts with `**Next:**`, at the end.

use mdbook_markdown::pulldown_cmark::{Event, HeadingLevel, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::contents::{Entry, resolve};
use crate::problem::{Problem, line_of};

const BEFORE: &str = "**Before:**";
const NEXT: &str = "**Next:**";

/// One of the two paragraphs.
struct Paragraph {
    line: usize,
    links: Vec<String>,
}

/// What a page says of the pages around it.
#[derive(Default)]
struct Navigation {
    before: Option<Paragraph>,
    next: Option<Paragraph>,
    /// A line on the time, which is ours to write.
    time: Option<usize>,
}

/// What is wrong with these paragraphs. `texts` are theirs, as they were written.
pub(crate) fn check(entries: &[Entry], texts: &[(String, String)]) -> Vec<Problem> {
    // Pages after the numbered chapters lie beside it: the order ends with the last chapter.
    let end = entries.iter().rposition(|entry| entry.number.is_some());
    let mut problems = Vec::new();
    for (at, (entry, (page, text))) in entries.iter().zip(texts).enumerate() {
        let mut tell = |line, message: String| {
            problems.push(Problem {
                page: page.clone(),
                line,
                message,
            });
        };
        let said = Navigation::read(text);
        if let Some(line) = said.time {
            tell(
                line,
                "the minutes are counted: take this line out".to_owned(),
            );
        }
        if said.before.is_none() {
            tell(
                1,
                format!("a paragraph `{BEFORE} …` is missing under the title: what to know before"),
            );
        }
        let follows = entries
            .get(at + 1)
            .filter(|_| end.is_some_and(|end| at < end));
        let Some(follows) = follows else { continue };
        let link = format!("a link to the page that follows, {}", follows.path);
        match said.next {
            None => tell(
                line_of(text, text.trim_end().len()),
                format!("a paragraph `{NEXT} …` is missing at the end, with {link}"),
            ),
            Some(next) => {
                let leads = |to: &String| resolve(&entry.path, to) == follows.path;
                if !next.links.iter().any(leads) {
                    tell(next.line, format!("`{NEXT}` has to have {link}"));
                }
            }
        }
    }
    problems
}

/// Where the paragraph stands that says where to go next.
pub(crate) fn leads_on(text: &str) -> Option<usize> {
    let events = new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter();
    let paragraphs = events.filter(|(event, _)| matches!(event, Event::Start(Tag::Paragraph)));
    let starts = paragraphs.map(|(_, range)| range.start);
    starts.filter(|&at| text[at..].starts_with(NEXT)).last()
}

impl Navigation {
    fn read(text: &str) -> Self {
        let mut said = Self::default();
        let mut in_sections = false;
        let mut in_next = 0..0;
        for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter()
        {
            let paragraph = || {
                Some(Paragraph {
                    line: line_of(text, range.start),
                    links: Vec::new(),
                })
            };
            match event {
                Event::Start(Tag::Heading { level, .. }) => in_sections |= level > HeadingLevel::H1,
                Event::Start(Tag::Paragraph) => {
                    let written = &text[range.clone()];
                    if written.starts_with(BEFORE) && !in_sections {
                        said.before = paragraph();
                    } else if written.starts_with(NEXT) {
                        said.next = paragraph();
                        in_next = range;
                    } else if written.starts_with("*Reading: ") {
                        said.time = Some(line_of(text, range.start));
                    }
                }
                Event::Start(Tag::Link { dest_url, .. }) if in_next.contains(&range.start) => {
                    if let Some(next) = &mut said.next {
                        next.links.push(dest_url.into_string());
                    }
                }
                _ => {}
            }
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minutes::Minutes;

    /// Two chapters and a page after them, with these texts.
    fn told(texts: [&str; 3]) -> Vec<String> {
        let entry = |(path, number): (&str, Option<&str>)| Entry {
            path: path.to_owned(),
            title: path.to_owned(),
            number: number.map(str::to_owned),
            minutes: Minutes::default(),
        };
        let entries = [
            ("a/README.md", Some("1")),
            ("b.md", Some("2")),
            ("c.md", None),
        ]
        .map(entry);
        let texts = texts.map(|text| ("p.md".to_owned(), text.to_owned()));
        check(&entries, &texts)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    const GOOD: &str = "# T\n\n**Before:** x.\n\n## S\n\n";

    #[test]
    fn pages_that_lead_on_are_fine() {
        let first = format!("{GOOD}**Next:** [x](../b.md#y), or [z](../c.md).\n");
        assert_eq!(told([&first, GOOD, GOOD]), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_told() {
        let next = |to: &str| format!("{GOOD}**Next:** [x]({to}).\n");
        assert_eq!(
            told([&next("../c.md"), GOOD, GOOD]),
            ["p.md:7: `**Next:**` has to have a link to the page that follows, b.md"]
        );
        assert_eq!(
            told([GOOD, GOOD, GOOD]),
            [
                "p.md:5: a paragraph `**Next:** …` is missing at the end, with a link to the page that follows, b.md"
            ]
        );
        let late = format!("# T\n\n*Reading: 3 min*\n\n## S\n\n{BEFORE} x.\n");
        assert_eq!(
            told([&next("../b.md"), GOOD, &late]),
            [
                "p.md:3: the minutes are counted: take this line out",
                "p.md:1: a paragraph `**Before:** …` is missing under the title: what to know before",
            ]
        );
    }
}
