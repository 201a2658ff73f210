//! The second half of a page: what our solution does and why, for readers whose own is green.
//!
//! It is folded, from the heading to the end of the page. The heading stays outside, so that lists of headings and screen
//! readers lead to it, and so does the paragraph that leads on. `workbook.js` opens it for a link that leads into it,
//! paper has it open (`workbook.css`), and `search` takes it out of the index.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{Event, HeadingLevel, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::navigation;

pub(crate) const HEADING: &str = "## Debrief";
/// The id that mdBook gives the heading.
pub(crate) const ID: &str = "debrief";

const OPEN: &str = "\n<details class=\"debrief\">\n\
    <summary>When yours is green: our solution, the traps, and what it costs</summary>\n\n";
const CLOSE: &str = "\n</details>\n\n";

/// Where the heading stands in the `text` of a page.
pub(crate) fn heading(text: &str) -> Option<Range<usize>> {
    let events = new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter();
    let level = HeadingLevel::H2;
    events
        .filter(|(event, _)| matches!(event, Event::Start(Tag::Heading { level: it, .. }) if *it == level))
        .map(|(_, range)| range)
        .find(|range| text[range.clone()].trim_end() == HEADING)
}

/// What is to be put into `text`, and where, so that it is folded.
pub(crate) fn fold(text: &str) -> Option<[(usize, &'static str); 2]> {
    let start = heading(text)?.end;
    let end = navigation::leads_on(text).filter(|&at| at > start);
    Some([(start, OPEN), (end.unwrap_or(text.len()), CLOSE)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut folded = text.to_owned();
        for (at, part) in fold(text).into_iter().flatten().rev() {
            folded.insert_str(at, part);
        }
        folded
    }

    #[test]
    fn all_is_folded_but_the_way_on() {
        let page = folded("# T\n\n## Debrief\n\nA.\n\n## Cost\n\nB.\n\n**Next:** [x](x.md).\n");
        let (before, rest) = page.split_once("<details").unwrap();
        let (within, after) = rest.split_once("</details>").unwrap();
        assert_eq!(before, "# T\n\n## Debrief\n\n");
        assert!(within.contains("A.\n\n## Cost\n\nB.\n"), "{page}");
        assert_eq!(after, "\n\n**Next:** [x](x.md).\n");
    }

    #[test]
    fn a_page_without_the_way_on_is_folded_to_its_end() {
        assert!(folded("## Debrief\n\nA.").ends_with("A.\n</details>\n\n"));
    }

    #[test]
    fn another_heading_folds_nothing() {
        for page in ["## Debriefing\n", "# Debrief\n", "```\n## Debrief\n```\n"] {
            assert_eq!(folded(page), page);
        }
    }
}
