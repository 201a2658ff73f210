//! Small pieces of HTML.

use mdbook_markdown::pulldown_cmark::html::push_html;
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// `text` with the characters that HTML gives a meaning replaced, for content and for attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `text` escaped, and what stands between backticks as code.
pub(crate) fn with_code(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in escape(text).split('`').enumerate() {
        if index > 0 {
            html.push_str(if index % 2 == 1 { "<code>" } else { "</code>" });
        }
        html.push_str(part);
    }
    if text.matches('`').count() % 2 == 1 {
        html.push_str("</code>");
    }
    html
}

/// Markdown rendered as mdBook would.
pub(crate) fn markdown(text: &str) -> String {
    let mut html = String::new();
    push_html(
        &mut html,
        new_cmark_parser(text, &MarkdownOptions::default()),
    );
    html
}

/// HTML that can stand in a Markdown page: a blank line would end it half-way.
pub(crate) fn block(html: &str) -> String {
    let mut lines = String::new();
    for line in html.lines().filter(|line| !line.trim().is_empty()) {
        lines.push_str(line);
        lines.push('\n');
    }
    lines
}

/// A folded answer: a hint, or what a reader is asked to predict.
///
/// mdBook's search would give the answer away: it indexes all text of a page, folded or not. It does not
/// look into attributes, and a frame with its document in an attribute can be read without JavaScript.
/// With JavaScript, `workbook.js` puts the content in the place of the frame, so that it looks like the
/// rest of the page.
pub(crate) fn unindexed(summary: &str, content: &str) -> String {
    let document = format!(
        "<!doctype html><html lang=\"en\"><title>{}</title><style>{FRAME_STYLE}</style>{content}",
        escape(summary)
    );
    format!(
        "<details class=\"unindexed\"><summary>{0}</summary>\n\
         <iframe title=\"{0}\" style=\"height: {1}em\" srcdoc=\"{2}\"></iframe></details>\n",
        escape(summary),
        height(content),
        // A blank line would end the HTML block; `&#10;` is a line break that Markdown does not see.
        escape(&document).replace('\n', "&#10;")
    )
}

/// The frame follows the colours of the page around it.
const FRAME_STYLE: &str = ":root{color-scheme:light dark}\
    body{font:1rem/1.5 sans-serif;margin:0 .5rem}pre{overflow-x:auto}\
    table{border-collapse:collapse}td,th{border:1px solid;padding:.2rem .5rem;text-align:start}";

/// About how high, in em, `content` is. A frame scrolls if it is higher.
fn height(content: &str) -> usize {
    let wrapped: usize = content.lines().map(|line| 1 + line.len() / 60).sum();
    (wrapped * 3 / 2 + 3).min(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_hold_code() {
        assert_eq!(
            with_code("`a<b>` is `c`"),
            "<code>a&lt;b&gt;</code> is <code>c</code>"
        );
        assert_eq!(with_code("no code"), "no code");
        assert_eq!(with_code("`open"), "<code>open</code>");
    }

    #[test]
    fn a_folded_answer_is_one_block_of_html() {
        let answer = unindexed("A \"hint\"", "<p>one</p>\n\n<p>two</p>\n");
        assert!(
            !answer.contains("\n\n"),
            "a blank line would end the block: {answer}"
        );
        let (page, frame) = answer.split_once("srcdoc=").unwrap();
        assert!(!page.contains("one") && frame.contains("&lt;p&gt;one"));
    }
}
