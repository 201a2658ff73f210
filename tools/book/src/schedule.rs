//! `{{#schedule}}`: all chapters with their minutes. `{{#schedule 90: a.md, b.md}}`: those pages, which have to fit
//! into so many minutes.
//!
//! Put in when all pages are known. Pages are named as in `SUMMARY.md`.

use std::fmt::Write;

use anyhow::{Context, Error, Result, ensure};

use crate::contents::Entry;
use crate::minutes::{Minutes, spoken};
use crate::page::directives;

/// Puts schedules in their place in `text`, that of the page at `on`. Returns what is wrong, each with the directive
/// as it was written.
pub(crate) fn put(text: &mut String, on: &str, entries: &[Entry]) -> Vec<(String, Error)> {
    const START: &str = "{{#schedule";
    let mut wrong = Vec::new();
    for start in directives(text).into_iter().rev() {
        let Some(length) = text[start..].find("}}") else {
            continue;
        };
        let written = text[start..start + length + 2].to_owned();
        let Some(argument) = written.strip_prefix(START) else {
            continue;
        };
        // `{{#scheduler …}}` is another directive.
        if !argument.starts_with(|it: char| it == '}' || it.is_whitespace()) {
            continue;
        }
        match render(argument.trim_end_matches('}').trim(), on, entries) {
            Ok(table) => text.replace_range(start..start + written.len(), &table),
            Err(error) => wrong.push((written, error)),
        }
    }
    wrong
}

/// The Markdown for a directive with this `argument` on the page at `on`.
fn render(argument: &str, on: &str, entries: &[Entry]) -> Result<String> {
    if argument.is_empty() {
        return Ok(whole(on, entries));
    }
    let (limit, pages) = argument
        .split_once(':')
        .context("a schedule is `MINUTES: PAGE, PAGE`, or nothing for all chapters")?;
    let limit: u32 = limit
        .trim()
        .parse()
        .with_context(|| format!("{limit:?} is not a number of minutes"))?;
    let find = |path: &str| {
        let path = path.trim();
        let found = entries.iter().find(|entry| entry.path == path);
        found.with_context(|| format!("SUMMARY.md lists no page {path:?}"))
    };
    let chosen: Vec<&Entry> = pages.split(',').map(find).collect::<Result<_>>()?;
    let sum: Minutes = chosen.iter().map(|entry| entry.minutes).sum();
    ensure!(
        sum.all() <= limit,
        "these pages take {}, which is more than {}",
        spoken(sum.all()),
        spoken(limit)
    );
    let mut table = head();
    for entry in chosen {
        table.push_str(&row(entry, on));
    }
    table.push_str(&last(sum));
    let _ = writeln!(
        table,
        "\n{} of {}. The rest is for questions and breaks.",
        spoken(sum.all()),
        spoken(limit)
    );
    Ok(table)
}

/// Every chapter with its pages, and the sums.
fn whole(on: &str, entries: &[Entry]) -> String {
    let mut table = head();
    let numbered = || entries.iter().filter(|entry| entry.number.is_some());
    for entry in numbered() {
        let number = entry.number.as_deref().unwrap_or_default();
        if number.contains('.') {
            table.push_str(&row(entry, on));
            continue;
        }
        let within = format!("{number}.");
        let chapter: Minutes = numbered()
            .filter(|page| {
                let of = page.number.as_deref().unwrap_or_default();
                of == number || of.starts_with(&within)
            })
            .map(|page| page.minutes)
            .sum();
        let _ = writeln!(
            table,
            "| **{number}** | **{}** | **{}** | {} | {} |",
            link(entry, on),
            spoken(chapter.reading),
            bold(chapter.solving),
            bold(chapter.after)
        );
    }
    table.push_str(&last(numbered().map(|entry| entry.minutes).sum()));
    table
}

fn head() -> String {
    "| | page | reading | solving | debrief |\n|---|---|---|---|---|\n".to_owned()
}

fn row(entry: &Entry, on: &str) -> String {
    format!(
        "| {} | {} | {} | {} | {} |\n",
        entry.number.as_deref().unwrap_or_default(),
        link(entry, on),
        spoken(entry.minutes.reading),
        some(entry.minutes.solving),
        some(entry.minutes.after)
    )
}

fn last(sum: Minutes) -> String {
    format!(
        "| | **together** | **{}** | {} | {} |\n",
        spoken(sum.reading),
        bold(sum.solving),
        bold(sum.after)
    )
}

fn some(minutes: u32) -> String {
    match minutes {
        0 => String::new(),
        minutes => spoken(minutes),
    }
}

fn bold(minutes: u32) -> String {
    match minutes {
        0 => String::new(),
        minutes => format!("**{}**", spoken(minutes)),
    }
}

fn link(entry: &Entry, on: &str) -> String {
    let up = "../".repeat(on.matches('/').count());
    // mdBook renders a chapter's README.md as its index.
    let path = entry.path.replace("README.md", "index.md");
    format!("[{}]({up}{path})", entry.title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |number: &str, path: &str, reading, solving, after| Entry {
            path: path.to_owned(),
            title: path.trim_end_matches(".md").to_owned(),
            number: (!number.is_empty()).then(|| number.to_owned()),
            minutes: Minutes {
                reading,
                solving,
                after,
            },
        };
        vec![
            entry("", "index.md", 2, 0, 0),
            entry("1", "a/README.md", 3, 0, 0),
            entry("1.1", "a/one.md", 6, 20, 4),
            entry("2", "b.md", 40, 15, 0),
        ]
    }

    #[test]
    fn chapters_are_summed() {
        assert_eq!(
            render("", "for/us.md", &entries()).unwrap(),
            "| | page | reading | solving | debrief |\n|---|---|---|---|---|\n\
             | **1** | **[a/README](../a/index.md)** | **9 min** | **20 min** | **4 min** |\n\
             | 1.1 | [a/one](../a/one.md) | 6 min | 20 min | 4 min |\n\
             | **2** | **[b](../b.md)** | **40 min** | **15 min** |  |\n\
             | | **together** | **49 min** | **35 min** | **4 min** |\n"
        );
    }

    #[test]
    fn a_track_has_to_fit() {
        let track = render("90: index.md, a/one.md, b.md", "us.md", &entries()).unwrap();
        assert!(
            track.contains("|  | [index](index.md) | 2 min |  |  |"),
            "{track}"
        );
        assert!(
            track.ends_with("\n1 h 27 min of 1 h 30 min. The rest is for questions and breaks.\n")
        );
        let told = |argument| {
            render(argument, "us.md", &entries())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            told("80: index.md, a/one.md, b.md"),
            "these pages take 1 h 27 min, which is more than 1 h 20 min"
        );
        assert_eq!(told("90: c.md"), "SUMMARY.md lists no page \"c.md\"");
        assert!(told("b.md").contains("is `MINUTES: PAGE, PAGE`"));
        assert!(told("x: b.md").contains("not a number"));
    }
}
