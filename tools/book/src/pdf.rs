//! `cargo book pdf`: the whole book as one file to print.

use std::fs;
use std::path::Path;
use std::process;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::browser;
use crate::build::{Target, render};
use crate::log::{Logged, tell};
use crate::output::{Output, pdf};
use crate::place::Place;

/// Builds the book and prints it into `asked`, or beside the built book. What fails leaves the PDF that was there.
pub(crate) fn write(place: &Place, asked: Option<&Path>, logged: &Logged) -> Result<()> {
    let browser = browser::find()?;
    let target = match asked {
        Some(out) => out.to_owned(),
        None => Target::of(place, None)?.folder.with_extension("pdf"),
    };
    let output = Output::claim(&target)?;
    pdf::check(output.target())?;
    fs::create_dir(output.scratch())?;
    let pages = output.scratch().join("pages");
    render(place, &pages, false, logged)?;
    let started = Instant::now();
    tell(format_args!("printing it with {}", browser.display()));
    // Its own name: the browser of a `cargo book pdf` that was killed may still be at work.
    let printed = output.scratch().join(format!("{}.pdf", process::id()));
    browser::print(&browser, &pages.join("print.html"), &printed)?;
    let marked = pdf::marked(fs::read(&printed)?)?;
    fs::write(output.made(), &marked).context("cannot write the PDF")?;
    // It took a while: somebody may have put something there.
    pdf::check(output.target())?;
    output.publish()?;
    tell(format_args!(
        "{:.1} MB printed in {:.0} s: {}",
        marked.len() as f64 / 1e6,
        started.elapsed().as_secs_f64(),
        target.canonicalize()?.display()
    ));
    Ok(())
}
