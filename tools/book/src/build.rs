//! One build of the book: load, put everything in place, render, check.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::Config;
use tracing::warn;

use crate::check;
use crate::log::{Logged, tell};
use crate::output::{Output, folder};
use crate::place::Place;
use crate::preprocessor::Workbook;
use crate::search;
use crate::sources;

/// The folder that a build replaces.
pub(crate) struct Target {
    pub(crate) folder: PathBuf,
    /// Whether it is the one that `book.toml` names.
    is_build_dir: bool,
}

impl Target {
    /// The folder that was asked for, or `build-dir` of `book.toml`.
    pub(crate) fn of(place: &Place, named: Option<&Path>) -> Result<Self> {
        let folder = match named {
            Some(out) => out.to_owned(),
            None => {
                let config = Config::from_disk(place.book.join("book.toml"))?;
                place.book.join(config.build.build_dir)
            }
        };
        Ok(Self {
            folder,
            is_build_dir: named.is_none(),
        })
    }
}

/// Builds the book, and puts it in the place of `target` once it is done. With `strict`, any warning fails, and so
/// does a broken link. What fails leaves the pages that were there.
pub(crate) fn build(place: &Place, target: &Target, strict: bool, logged: &Logged) -> Result<()> {
    let started = Instant::now();
    let output = Output::claim(&target.folder)?;
    folder::check(output.target(), target.is_build_dir)?;
    ensure_not_inside(output.target())?;
    let pages = render(place, &output.made(), strict, logged)?;
    folder::mark(&output.made())?;
    // It took a while: somebody may have put something there.
    folder::check(output.target(), target.is_build_dir)?;
    output.publish()?;
    tell(format_args!(
        "{pages} pages built in {:.1} s: {}",
        started.elapsed().as_secs_f64(),
        // Without the `..` that `build-dir` may have.
        target.folder.canonicalize()?.join("index.html").display()
    ));
    Ok(())
}

/// The folder is replaced by another of its name: a shell within it would stand in one that is gone.
fn ensure_not_inside(folder: &Path) -> Result<()> {
    let is_inside = match (std::env::current_dir(), folder.canonicalize()) {
        (Ok(here), Ok(folder)) => here.canonicalize().unwrap_or(here).starts_with(folder),
        _ => false,
    };
    ensure!(
        !is_inside,
        "you are in {}, which is going to be replaced: go elsewhere, or name another folder",
        folder.display()
    );
    Ok(())
}

/// Renders the book into the folder `into`, which is not there yet. Returns how many pages it has.
pub(crate) fn render(place: &Place, into: &Path, strict: bool, logged: &Logged) -> Result<usize> {
    logged.take();
    let unlisted = sources::check(place)?;
    for page in unlisted {
        warn!("{page} is not listed in SUMMARY.md");
    }
    let mut book = MDBook::load(&place.book)?;
    book.config.build.build_dir = into.to_owned();
    book.with_preprocessor(Workbook { strict });
    book.build()?;
    search::forget_debriefs(into)?;
    if strict {
        for wrong in check::rendered(into)? {
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
    Ok(book.iter().filter(|item| is_page(item)).count())
}

fn is_page(item: &BookItem) -> bool {
    matches!(item, BookItem::Chapter(chapter) if chapter.path.is_some())
}
