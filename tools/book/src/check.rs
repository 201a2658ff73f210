//! Checks the rendered pages: every link leads somewhere, and nothing is loaded from a network.

mod pages;
mod tags;

use std::path::Path;

use anyhow::Result;

use pages::Pages;

/// What is wrong with the pages in `folder`, each with the page it is on.
pub(crate) fn rendered(folder: &Path) -> Result<Vec<String>> {
    let pages = Pages::read(folder)?;
    let mut wrong = pages.broken_links();
    wrong.extend(pages.network_loads());
    wrong.extend(pages.repeated_ids());
    wrong.sort();
    wrong.dedup();
    Ok(wrong)
}
