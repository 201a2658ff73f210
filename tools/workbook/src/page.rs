//! The pages of the book: their numbers, their titles, and where they can be read.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::catalogue::{Exercise, Workbook};

/// The book's table of contents. Without a book, it is empty.
pub(crate) struct Book {
    pages: Vec<Page>,
    title: String,
    sources: PathBuf,
    /// Where `cargo book build` puts it.
    built: PathBuf,
}

/// A line of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Page {
    /// `2.1`, as in the book's side bar. Some pages have none.
    pub(crate) number: Option<String>,
    pub(crate) title: String,
    /// `02_mutex_guards/01_spin_lock.md`, below `book/src`.
    pub(crate) path: String,
}

impl Page {
    /// `2.1 A spin lock that unlocks itself`
    pub(crate) fn name(&self) -> String {
        match &self.number {
            Some(number) => format!("{number} {}", self.title),
            None => self.title.clone(),
        }
    }

    fn html(&self) -> String {
        let path = self.path.strip_suffix(".md").unwrap_or(&self.path);
        match path.strip_suffix("README") {
            Some(folder) => format!("{folder}index.html"),
            None => format!("{path}.html"),
        }
    }
}

impl Book {
    pub(crate) fn of(workbook: &Workbook) -> Self {
        let folder = workbook.root.join("book");
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let settings: toml::Table = text("book.toml").parse().unwrap_or_default();
        let setting = |table: &str, key: &str| {
            let value = settings.get(table)?.get(key)?.as_str()?;
            Some(value.to_owned())
        };
        let built = setting("build", "build-dir").unwrap_or_else(|| "book".to_owned());
        let built = match built.strip_prefix("../") {
            Some(beside) => workbook.root.join(beside),
            None => folder.join(built),
        };
        Self {
            pages: pages(&text("src/SUMMARY.md")),
            title: setting("book", "title").unwrap_or_default(),
            sources: folder.join("src"),
            built,
        }
    }

    /// The page that leads to an exercise: it lies at the same path.
    pub(crate) fn of_exercise(&self, exercise: &Exercise) -> Option<&Page> {
        let path = exercise.path.display().to_string().replace('\\', "/");
        self.find(&format!("{path}.md"))
    }

    /// The number of that page, `2.1`. Empty, if it has none.
    pub(crate) fn number_of(&self, exercise: &Exercise) -> &str {
        let page = self.of_exercise(exercise);
        page.and_then(|page| page.number.as_deref()).unwrap_or("")
    }

    /// The first page of a chapter, by the chapter's folder.
    pub(crate) fn of_chapter(&self, folder: &str) -> Option<&Page> {
        self.find(&format!("{folder}/README.md"))
    }

    fn find(&self, path: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.path == path)
    }

    /// The page that comes after `page`.
    pub(crate) fn after(&self, page: &Page) -> Option<&Page> {
        let mut pages = self.pages.iter();
        pages.find(|it| *it == page)?;
        pages.next()
    }

    /// The file that the page is made from.
    pub(crate) fn source(&self, page: &Page) -> PathBuf {
        self.sources.join(&page.path)
    }

    /// Under which address a browser shows the pages now: served by `cargo book`, or built.
    pub(crate) fn address(&self) -> Option<Address> {
        self.served().or_else(|| {
            let is_built = self.built.join("index.html").is_file();
            is_built.then(|| Address(format!("{}/", file_address(&self.built))))
        })
    }

    /// Asks the ports at which `cargo book` serves first, and believes only an answer that has the book's title.
    fn served(&self) -> Option<Address> {
        const PORTS: std::ops::Range<u16> = 3000..3005;
        const PATIENCE: Duration = Duration::from_millis(40);

        if self.title.is_empty() {
            return None;
        }
        PORTS.into_iter().find_map(|port| {
            let place = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let mut stream = TcpStream::connect_timeout(&place, PATIENCE).ok()?;
            stream.set_read_timeout(Some(PATIENCE * 5)).ok()?;
            stream
                .write_all(b"GET /index.html HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                .ok()?;
            let mut said = Vec::new();
            // What came before the time was up is enough, if the title is in it.
            let _ = stream.take(4096).read_to_end(&mut said);
            let said = String::from_utf8_lossy(&said);
            let is_ours = said.contains("<title>") && said.contains(&self.title);
            is_ours.then(|| Address(format!("http://{place}/")))
        })
    }
}

/// How the addresses of the pages begin.
pub(crate) struct Address(String);

impl Address {
    pub(crate) fn of(&self, page: &Page) -> String {
        format!("{}{}", self.0, page.html())
    }
}

/// Reads the list of pages. The numbers are the book's own: from 0 where the first folder, or the first page of a chapter,
/// begins with `00_`.
fn pages(summary: &str) -> Vec<Page> {
    let is_0 = |path: &str| path.starts_with("00_");
    let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut pages: Vec<Page> = Vec::new();
    let (mut chapter, mut page): (Option<u32>, u32) = (None, 0);
    for line in summary.lines() {
        let entry = line.trim_start();
        let (entry, is_numbered) = match entry.strip_prefix("- ") {
            Some(entry) => (entry, true),
            None => (entry, false),
        };
        let Some((title, path)) = entry
            .strip_prefix('[')
            .and_then(|entry| entry.strip_suffix(')'))
            .and_then(|entry| entry.split_once("]("))
        else {
            continue;
        };
        let number = if !is_numbered {
            None
        } else if line.starts_with('-') {
            chapter = Some(chapter.map_or(u32::from(!is_0(path)), |chapter| chapter + 1));
            page = 0;
            chapter.map(|chapter| chapter.to_string())
        } else {
            let is_first = pages.last().is_some_and(|last| {
                last.number
                    .as_ref()
                    .is_some_and(|number| !number.contains('.'))
            });
            page = if is_first {
                u32::from(!is_0(&file(path)))
            } else {
                page + 1
            };
            chapter.map(|chapter| format!("{chapter}.{page}"))
        };
        pages.push(Page {
            number,
            title: title.replace('`', ""),
            path: path.to_owned(),
        });
    }
    pages
}

/// The address under which a browser opens a file: `file:///home/me/my%20workbook/…`.
pub(crate) fn file_address(file: &Path) -> String {
    let path = file.display().to_string().replace('\\', "/");
    let mut address = "file://".to_owned();
    if !path.starts_with('/') {
        address.push('/'); // C:/…
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_spaces() {
        let address = file_address(Path::new("/my book/ü.html"));
        assert_eq!(address, "file:///my%20book/%C3%BC.html");
    }

    #[test]
    fn pages_have_the_numbers_that_the_book_gives_them() {
        let summary = "# Summary\n\n[Title](index.md)\n\n- [First](00_first/README.md)\n  - [A](00_first/01_a.md)\n  \
                       - [How](how.md)\n- [Second](01_second/README.md)\n  - [Rules](01_second/00_rules.md)\n  \
                       - [`B`](01_second/01_b.md)\n\n[End](end.md)\n";
        let pages = pages(summary);
        let names: Vec<String> = pages.iter().map(Page::name).collect();
        assert_eq!(
            names,
            [
                "Title",
                "0 First",
                "0.1 A",
                "0.2 How",
                "1 Second",
                "1.0 Rules",
                "1.1 B",
                "End"
            ]
        );
        assert_eq!(pages[1].html(), "00_first/index.html");
        assert_eq!(pages[2].html(), "00_first/01_a.html");
    }
}
