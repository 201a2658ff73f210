//! The rendered folder: its pages, what they link to, and what they load.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;

use super::tags::{self, Tag};

/// All files of a rendered book. Paths are from its folder, with `/`, in the case they have on disk: a
/// link in another case works on some machines only.
pub(super) struct Pages {
    files: BTreeSet<String>,
    pages: BTreeMap<String, Page>,
    styles: BTreeMap<String, String>,
}

struct Page {
    ids: BTreeSet<String>,
    repeated: BTreeSet<String>,
    tags: Vec<Tag>,
}

impl Pages {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut found = Self {
            files: BTreeSet::new(),
            pages: BTreeMap::new(),
            styles: BTreeMap::new(),
        };
        found.walk(folder, "")?;
        Ok(found)
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                self.walk(&entry.path(), &format!("{path}/"))?;
                continue;
            }
            let text = || fs::read_to_string(entry.path()).with_context(|| path.clone());
            if path.ends_with(".html") {
                self.pages.insert(path.clone(), Page::of(&text()?));
            } else if path.ends_with(".css") {
                self.styles.insert(path.clone(), text()?);
            }
            self.files.insert(path);
        }
        Ok(())
    }

    /// Links to files or ids that are not there.
    pub(super) fn broken_links(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (path, page) in &self.pages {
            // It is shown for a missing page at any depth, so its links start from `<base>`.
            if path == "404.html" {
                continue;
            }
            let links = page.tags.iter().flat_map(|tag| {
                ["href", "src"]
                    .into_iter()
                    .filter_map(|name| tag.attribute(name))
            });
            for link in links.filter(|link| !has_scheme(link)) {
                if let Err(why) = self.follow(path, link) {
                    wrong.push(format!("{path}: link {link:?}: {why}"));
                }
            }
        }
        wrong
    }

    fn follow(&self, from: &str, link: &str) -> Result<(), String> {
        let (path, id) = link.split_once('#').unwrap_or((link, ""));
        let path = path.split('?').next().unwrap_or("");
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let target = match path {
            "" => from.to_owned(),
            path => join(from, &decoded(path)).ok_or("it leaves the book")?,
        };
        if !self.files.contains(&target) {
            let index = format!("{}/index.html", target.trim_end_matches('/'));
            return Err(if self.files.contains(&index) {
                "a folder does not open without a server; name its index.html".to_owned()
            } else {
                format!("there is no {target}")
            });
        }
        match self.pages.get(&target) {
            Some(page) if !id.is_empty() && !page.ids.contains(&decoded(id)) => {
                Err(format!("{target} has no id {id:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Scripts, styles, images, fonts and frames that would come from a network.
    pub(super) fn network_loads(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (path, page) in &self.pages {
            for (tag, url) in page
                .tags
                .iter()
                .flat_map(|tag| loads(tag).into_iter().map(move |url| (&tag.name, url)))
            {
                if is_remote(url) {
                    wrong.push(format!("{path}: <{tag}> loads {url:?} from a network"));
                }
            }
        }
        for (path, style) in &self.styles {
            for url in style_urls(style).filter(|url| is_remote(url)) {
                wrong.push(format!("{path}: loads {url:?} from a network"));
            }
        }
        wrong
    }

    /// Ids that stand on a page more than once. The page for printing repeats those of all pages.
    pub(super) fn repeated_ids(&self) -> Vec<String> {
        self.pages
            .iter()
            .filter(|(path, _)| *path != "print.html")
            .flat_map(|(path, page)| {
                page.repeated
                    .iter()
                    .map(move |id| format!("{path}: id {id:?} stands there more than once"))
            })
            .collect()
    }
}

impl Page {
    fn of(html: &str) -> Self {
        let tags = tags::read(html);
        let (mut ids, mut repeated) = (BTreeSet::new(), BTreeSet::new());
        for id in tags.iter().filter_map(|tag| tag.attribute("id")) {
            if !ids.insert(id.to_owned()) {
                repeated.insert(id.to_owned());
            }
        }
        Self {
            ids,
            repeated,
            tags,
        }
    }
}

/// What a browser fetches, without a click, because of this tag.
fn loads(tag: &Tag) -> Vec<&str> {
    let mut urls: Vec<&str> = ["src", "poster", "data", "background"]
        .into_iter()
        .filter_map(|name| tag.attribute(name))
        .collect();
    let fetched = match tag.name.as_str() {
        "link" => tag.attribute("rel") != Some("canonical"),
        "image" | "use" => true, // of SVG
        _ => false,
    };
    if fetched {
        urls.extend(tag.attribute("href"));
        urls.extend(tag.attribute("xlink:href"));
    }
    if let Some(candidates) = tag.attribute("srcset") {
        urls.extend(candidates.split(',').map(str::trim));
    }
    urls.extend(tag.attribute("style").into_iter().flat_map(style_urls));
    urls
}

/// The addresses in a piece of CSS.
fn style_urls(style: &str) -> impl Iterator<Item = &str> {
    let after = |mark: &'static str| style.split(mark).skip(1);
    after("url(")
        .chain(after("@import"))
        .map(|rest| rest.trim_start().trim_start_matches(['"', '\'']))
        .filter_map(|rest| rest.split(['"', '\'', ')', ';']).next())
}

fn has_scheme(url: &str) -> bool {
    url.starts_with("//")
        || url
            .split(['/', '#', '?'])
            .next()
            .is_some_and(|start| start.contains(':'))
}

fn is_remote(url: &str) -> bool {
    url.starts_with("//") || (has_scheme(url) && !url.starts_with("data:"))
}

/// The path that `link` on the page `from` names; none if it leads out of the book.
fn join(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(files: &[(&str, &str)]) -> Pages {
        Pages {
            files: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
            pages: files
                .iter()
                .filter(|(path, _)| path.ends_with(".html"))
                .map(|(path, html)| ((*path).to_owned(), Page::of(html)))
                .collect(),
            styles: files
                .iter()
                .filter(|(path, _)| path.ends_with(".css"))
                .map(|(path, css)| ((*path).to_owned(), (*css).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn links_are_followed_to_their_file_and_id() {
        let book = pages(&[
            (
                "a/one.html",
                "<h1 id=\"x y\"></h1><a href=\"two.html#deep\"></a><a href=\"#x%20y\"></a>\
                 <a href=\"../top.html?q=1\"></a><a href=\"https://example.org\"></a>",
            ),
            ("a/two.html", "<p id=\"deep\"></p>"),
            ("top.html", ""),
        ]);
        assert_eq!(book.broken_links(), [""; 0]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        let book = pages(&[
            (
                "a/one.html",
                "<a href=\"Two.html\"></a><a href=\"two.html#no\"></a><a href=\"#no\"></a>\
                 <a href=\"../../x\"></a><a href=\"../b/\"></a>\
                 <iframe srcdoc=\"&lt;a href='gone.html'&gt;\"></iframe>",
            ),
            ("a/two.html", ""),
            ("b/index.html", ""),
        ]);
        let told = book.broken_links().join("\n");
        for part in [
            "\"Two.html\": there is no a/Two.html",
            "\"two.html#no\": a/two.html has no id \"no\"",
            "\"#no\": a/one.html has no id \"no\"",
            "\"../../x\": it leaves the book",
            "name its index.html",
            "\"gone.html\": there is no a/gone.html",
        ] {
            assert!(told.contains(part), "{part} in\n{told}");
        }
    }

    #[test]
    fn whatever_a_network_would_be_asked_for_is_told() {
        let book = pages(&[
            (
                "p.html",
                "<script src=\"https://e.org/1.js\"></script><link rel=\"stylesheet\" href=\"//e.org/2.css\">\
                 <img srcset=\"http://e.org/3.png 2x\"><p style=\"background:url('https://e.org/4.png')\">\
                 <svg><use href=\"https://e.org/5.svg#a\"/></svg>\
                 <a href=\"https://e.org/fine\">fine</a><img src=\"data:image/png;base64,fine\">",
            ),
            (
                "s.css",
                "@import \"https://e.org/6.css\"; @font-face { src: url(https://e.org/7.woff2) }",
            ),
        ]);
        let told = book.network_loads().join("\n");
        for number in 1..=7 {
            assert!(
                told.contains(&format!("e.org/{number}.")),
                "{number} in\n{told}"
            );
        }
        assert!(!told.contains("fine"), "{told}");
    }

    #[test]
    fn an_id_stands_once() {
        let book = pages(&[("p.html", "<p id=\"a\"></p><p id=\"a\"></p><p id=\"b\"></p>")]);
        assert_eq!(
            book.repeated_ids(),
            ["p.html: id \"a\" stands there more than once"]
        );
    }
}
