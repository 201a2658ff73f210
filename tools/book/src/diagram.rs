//! Diagrams drawn when the book is built: inline SVG in the colours of the page.

pub(crate) mod lanes;
pub(crate) mod mermaid;

use crate::html::{block, escape};

/// An SVG under its caption, ready to stand in a Markdown page.
fn figure(kind: &str, svg: &str, caption: &str) -> String {
    let caption = match caption {
        "" => String::new(),
        caption => format!("\n<figcaption>{}</figcaption>", escape(caption)),
    };
    block(&format!(
        "<figure class=\"diagram {kind}\">\n{svg}{caption}\n</figure>\n"
    ))
}
