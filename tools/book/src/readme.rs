//! A chapter's first page is its folder's `README.md`, so that a repository browser shows it. mdBook
//! renders it as `index.html`, but leaves links to `README.md` broken.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// The places in `text` where a link to a page of this book says `README.md`. Each has to say `index.md`.
pub(crate) fn links(text: &str) -> Vec<Range<usize>> {
    new_cmark_parser(text, &MarkdownOptions::default())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let path = dest_url.split('#').next().unwrap_or("");
                let name = path.rsplit('/').next().unwrap_or("");
                let ours = name == "README.md" && !dest_url.contains("://");
                // The address is the last part of a link.
                let at = text[range.clone()].rfind(name)?;
                ours.then(|| range.start + at..range.start + at + name.len())
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_pages_of_the_book_are_found() {
        let text =
            "[README.md](a/README.md#x) [b](README.md) [c](https://e.org/README.md) `README.md`";
        let found: Vec<&str> = links(text)
            .into_iter()
            .map(|range| &text[range.start - 2..range.end])
            .collect();
        assert_eq!(found, ["a/README.md", "](README.md"]);
    }
}
