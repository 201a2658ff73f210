//! `{{#scheduler LEVEL}}`: a program that the reader drives, thread by thread, until it breaks.
//!
//! What stands here is what can be read without JavaScript and on paper: the program, a schedule that breaks
//! it, the fixed program. `scheduler.js` makes a game of it, from the same recorded level.

mod data;

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;

use super::listing::fenced;
use crate::html::{block, escape, unindexed, with_code};
use crate::repository::Repository;
use data::{Level, Part, Program};

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let path = format!("book/data/scheduler/{name}.json");
    let json = repository.read(&path)?;
    section(name, &json).context(path)
}

fn section(name: &str, json: &str) -> Result<String> {
    let level = Level::read(json, name)?;
    let head = format!(
        "<section class=\"scheduler\" id=\"scheduler-{name}\" aria-labelledby=\"scheduler-{name}-goal\" \
         data-level=\"{}\">\n\
         <p class=\"scheduler-title\"><span>Be the scheduler</span></p>\n\
         <p class=\"goal\" id=\"scheduler-{name}-goal\">{}</p>\n\
         <div class=\"still\">\n<div class=\"scheduler-source\">\n",
        escape(&serde_json::from_str::<Value>(json)?.to_string()),
        with_code(&level.goal),
    );
    let Program { all, breaking, .. } = level.broken;
    let tail = format!(
        "</div>\n<p>There are {all} schedules. {breaking} of them {} the program.</p>\n</div>\n{}{}</section>\n",
        if breaking == 1 { "breaks" } else { "break" },
        unindexed("A schedule that breaks it", &losing(&level)?),
        unindexed("The fixed program, and why it holds", &fixed(&level)),
    );
    Ok(format!(
        "{}\n{}\n{}",
        block(&head),
        source(&level.broken.source),
        block(&tail)
    ))
}

/// The listing, with numbers that go on from part to part.
fn source(parts: &[Part]) -> String {
    let mut first = 1;
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        let is_new = at == 0 || parts[at - 1].file != part.file;
        let caption = match is_new {
            true => format!("<figcaption>{}</figcaption>\n", escape(&part.file)),
            false => String::new(),
        };
        let last = first + part.lines.len() - 1;
        // Numbers in an attribute are not in the search, and are not copied with the code.
        let numbers: Vec<String> = (first..=last).map(|line| line.to_string()).collect();
        let _ = write!(
            text,
            "<figure class=\"part\">\n{caption}<div class=\"code\"><div class=\"numbers\" \
             data-numbers=\"{}\"></div>\n\n{}\n</div></figure>\n\n",
            numbers.join("&#10;"),
            fenced("rust", &part.lines.join("\n")),
        );
        first = last + 1;
    }
    text
}

/// The schedule as a table with a column for each thread, and what it teaches.
fn losing(level: &Level) -> Result<String> {
    let (steps, end) = level.broken.losing()?;
    let taking: Vec<usize> = (0..level.broken.threads.len())
        .filter(|&thread| steps.iter().any(|step| step.thread == thread))
        .collect();
    let mut rows = String::new();
    for (number, step) in steps.iter().enumerate() {
        let _ = write!(rows, "<tr><th scope=\"row\">{}</th>", number + 1);
        for &thread in &taking {
            let cell = match (step.thread == thread, step.line) {
                (false, _) => String::new(),
                (true, 0) => with_code(&step.effect),
                (true, line) => format!("{line}: {}", with_code(&step.effect)),
            };
            let _ = write!(rows, "<td>{cell}</td>");
        }
        rows.push_str("</tr>\n");
    }
    let heads: String = taking
        .iter()
        .map(|&thread| {
            format!(
                "<th scope=\"col\">{}</th>",
                escape(&level.broken.threads[thread])
            )
        })
        .collect();
    Ok(format!(
        "<p>Each row is a step: the number of its line, and what came of it.</p>\n\
         <div class=\"table-wrapper\" role=\"region\" aria-label=\"A schedule that breaks it\">\n\
         <table><thead><tr><th scope=\"col\">step</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n\
         <p>{}.</p>\n<p>{}</p>\n",
        with_code(&end),
        with_code(&level.lesson),
    ))
}

fn fixed(level: &Level) -> String {
    let mut text = String::new();
    for part in &level.fixed.source {
        let _ = write!(
            text,
            "<p><code>{}</code></p>\n<pre><code class=\"language-rust\">{}\n</code></pre>\n",
            escape(&part.file),
            escape(&part.lines.join("\n")),
        );
    }
    format!(
        "{text}<p>None of its {} schedules breaks it. {}</p>\n",
        level.fixed.all,
        with_code(&level.cure),
    )
}
