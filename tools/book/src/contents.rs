//! The pages of the book in the order of `SUMMARY.md`, with what is known of each.

use mdbook_preprocessor::book::Chapter;

use crate::minutes::Minutes;

/// A page that `SUMMARY.md` lists.
pub(crate) struct Entry {
    /// From the folder of the pages, with `/`.
    pub(crate) path: String,
    pub(crate) title: String,
    /// Such as `2.1`; none for pages before and after the chapters.
    pub(crate) number: Option<String>,
    pub(crate) minutes: Minutes,
}

impl Entry {
    /// The page of `chapter`, if it is no draft.
    pub(crate) fn of(chapter: &Chapter) -> Option<Self> {
        let path = chapter.source_path.as_ref()?;
        Some(Self {
            path: path.display().to_string().replace('\\', "/"),
            title: chapter.name.clone(),
            number: chapter
                .number
                .as_ref()
                .map(|number| number.to_string().trim_end_matches('.').to_owned()),
            minutes: Minutes::default(),
        })
    }
}

/// The path, from the folder of the pages, of what `link` on the page at `from` leads to.
pub(crate) fn resolve(from: &str, link: &str) -> String {
    let link = link.split('#').next().unwrap_or("");
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_from_its_page() {
        assert_eq!(resolve("a/b.md", "../c/d.md#x"), "c/d.md");
        assert_eq!(resolve("a/b.md", "./e.md"), "a/e.md");
        assert_eq!(resolve("b.md", "a/e.md"), "a/e.md");
    }
}
