//! Counterexamples on a page of their own, outside the book: what `cargo workbook trace` shows a learner of
//! their own code. The tables, the stepper and its style are the book's.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::Trace;
use crate::directive::trace::{self, Ran};
use crate::html::{escape, markdown};
use crate::place::Place;
use crate::repository::Repository;

const SHELL: &str = include_str!("trace_page.html");

/// Writes the page: one file, which needs nothing else.
pub(crate) fn write(place: &Place, asked: &Trace) -> Result<()> {
    let repository = Repository::new(place.repository.clone());
    let (package, file) = (asked.source.rsplit_once("/src/"))
        .with_context(|| format!("{:?} is not PACKAGE/src/FILE", asked.source))?;
    let ran = Ran {
        file: &asked.source,
        known_as: &format!("src/{file}"),
        package,
        patched: None,
    };
    let mut traces = String::new();
    for report in &asked.reports {
        let name = report.file_stem().unwrap_or_default().to_string_lossy();
        let json = read(report)?;
        let figure = trace::figure(&json, &name, &ran, &repository)
            .with_context(|| report.display().to_string())?;
        traces.push_str(&markdown(&figure));
    }
    let theme = |file: &str| read(&place.book.join("theme").join(file));
    let page = fill(&[
        ("title", &escape(&format!("How {} fails", asked.source))),
        ("css", &theme("workbook.css")?),
        ("traces", &traces),
        ("js", &theme("workbook.js")?),
    ]);
    fs::write(&asked.out, page).with_context(|| format!("cannot write {}", asked.out.display()))
}

/// The shell with everything in place. In one pass: what is put in may itself hold braces.
fn fill(parts: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = SHELL;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("the shell closes its braces");
        let part = parts.iter().find(|(it, _)| *it == name);
        page.push_str(before);
        page.push_str(part.expect("the shell names what there is").1);
        rest = after;
    }
    page + rest
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
