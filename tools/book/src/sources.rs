//! Checks the pages before mdBook reads them: it stops at the first one that it cannot read, and does
//! not say where it is listed or what is wrong with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_markdown::pulldown_cmark::{Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use percent_encoding::percent_decode_str;

use crate::place::Place;
use crate::problem::{Problem, Problems, line_of};

/// Fails if a page is listed but missing, or not UTF-8. Returns the pages that are not listed.
pub(crate) fn check(place: &Place) -> Result<Vec<String>> {
    let name = place.book.file_name().unwrap_or("book".as_ref());
    let prefix = format!("{}/src", name.to_string_lossy());
    let pages = place.book.join("src");
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    for path in markdown_files(&pages, "")? {
        let bytes = fs::read(pages.join(&path)).with_context(|| format!("{prefix}/{path}"))?;
        match String::from_utf8(bytes) {
            Ok(text) => texts.push((path, text)),
            Err(error) => {
                let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                problems.push(Problem {
                    page: format!("{prefix}/{path}"),
                    line: line_of(&String::from_utf8_lossy(good), good.len()),
                    message: "the page is not UTF-8; save it in that encoding".to_owned(),
                });
            }
        }
    }
    let (_, summary) = texts
        .iter()
        .find(|(path, _)| path == "SUMMARY.md")
        .with_context(|| format!("no {prefix}/SUMMARY.md"))?;
    let pages_listed = links(summary);
    if pages_listed.is_empty() {
        problems.push(Problem {
            page: format!("{prefix}/SUMMARY.md"),
            line: 1,
            message: "it lists no page; a line `- [Title](page.md)` lists one".to_owned(),
        });
    }
    let mut listed = BTreeSet::from(["SUMMARY.md".to_owned()]);
    for (path, at) in pages_listed {
        if !pages.join(&path).is_file() {
            problems.push(Problem {
                page: format!("{prefix}/SUMMARY.md"),
                line: line_of(summary, at),
                message: format!("there is no page {prefix}/{path}"),
            });
        }
        listed.insert(path);
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    Ok(texts
        .into_iter()
        .filter(|(path, _)| !listed.contains(path))
        .map(|(path, _)| format!("{prefix}/{path}"))
        .collect())
}

/// The pages that a summary lists, with the place in it.
fn links(summary: &str) -> Vec<(String, usize)> {
    new_cmark_parser(summary, &MarkdownOptions::default())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            // A chapter without an address is a draft.
            Event::Start(Tag::Link { dest_url, .. }) if !dest_url.is_empty() => {
                let path = percent_decode_str(&dest_url).decode_utf8_lossy();
                Some((path.trim_start_matches("./").to_owned(), range.start))
            }
            _ => None,
        })
        .collect()
}

/// Paths below `folder`, with `/`, in order.
fn markdown_files(folder: &Path, prefix: &str) -> Result<Vec<String>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("no folder {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            files.extend(markdown_files(&path, &format!("{prefix}{name}/"))?);
        } else if name.ends_with(".md") {
            files.push(format!("{prefix}{name}"));
        }
    }
    Ok(files)
}
