//! `cargo book pdf`: the whole book as one file to print.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::browser;
use crate::build::{build, output_folder};
use crate::log::Logged;
use crate::place::Place;

/// Builds the book and prints it into `asked`, or beside the built book.
pub(crate) fn write(place: &Place, asked: Option<&Path>, logged: &Logged) -> Result<()> {
    let browser = browser::find()?;
    let out = match asked {
        Some(out) => std::path::absolute(out)?,
        None => output_folder(place, None)?.with_extension("pdf"),
    };
    let folder = out.parent().context("the PDF needs a name")?;
    fs::create_dir_all(folder).with_context(|| format!("no folder {}", folder.display()))?;
    // What was there before is no proof that it was printed now.
    if out.exists() {
        fs::remove_file(&out).with_context(|| format!("cannot replace {}", out.display()))?;
    }
    let pages = tempfile::tempdir()?;
    build(place, pages.path(), false, logged)?;
    let started = Instant::now();
    eprintln!("printing it with {}", browser.display());
    browser::print(&browser, &pages.path().join("print.html"), &out)?;
    let bytes = fs::metadata(&out)?.len();
    eprintln!(
        "{:.1} MB printed in {:.0} s: {}",
        bytes as f64 / 1e6,
        started.elapsed().as_secs_f64(),
        out.canonicalize()?.display()
    );
    Ok(())
}
