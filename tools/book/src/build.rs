//! One build of the book: load, put everything in place, render, check.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::Config;
use tracing::warn;

use crate::check;
use crate::log::Logged;
use crate::place::Place;
use crate::preprocessor::Workbook;
use crate::sources;

/// The folder to render into: the one asked for, or `build-dir` of `book.toml`.
///
/// mdBook empties it first, so a folder that holds anything but an earlier build is refused.
pub(crate) fn output_folder(place: &Place, asked: Option<&Path>) -> Result<PathBuf> {
    let Some(out) = asked else {
        let config = Config::from_disk(place.book.join("book.toml"))?;
        return Ok(place.book.join(config.build.build_dir));
    };
    let out = std::path::absolute(out)?;
    let empty = fs::read_dir(&out).map_or(true, |mut entries| entries.next().is_none());
    let built_before = out.join(".nojekyll").is_file() && out.join("toc.html").is_file();
    ensure!(
        empty || built_before,
        "{} holds files that are not a book; building would delete them. Name an empty folder",
        out.display()
    );
    Ok(out)
}

/// Builds the book into `out`. With `strict`, any warning fails, and so does a broken link.
pub(crate) fn build(place: &Place, out: &Path, strict: bool, logged: &Logged) -> Result<()> {
    let started = Instant::now();
    logged.take();
    let unlisted = sources::check(place)?;
    for page in unlisted {
        warn!("{page} is not listed in SUMMARY.md");
    }
    let mut book = MDBook::load(&place.book)?;
    book.config.build.build_dir = out.to_owned();
    book.with_preprocessor(Workbook { strict });
    book.build()?;
    if strict {
        for wrong in check::rendered(out)? {
            warn!("{wrong}");
        }
    }
    match logged.take() {
        (_, errors @ 1..) => bail!("{errors} of mdBook's own errors, above"),
        (warnings @ 1.., _) if strict => {
            bail!("{warnings} warnings, above (--strict lets none pass)")
        }
        _ => {}
    }
    let pages = book.iter().filter(|item| is_page(item)).count();
    eprintln!(
        "{pages} pages built in {:.1} s: {}",
        started.elapsed().as_secs_f64(),
        // Without the `..` that `build-dir` may have.
        out.canonicalize()?.join("index.html").display()
    );
    Ok(())
}

fn is_page(item: &BookItem) -> bool {
    matches!(item, BookItem::Chapter(chapter) if chapter.path.is_some())
}
