//! `{{#trace EXERCISE/PITFALL}}`: how a wrong solution fails, step by step.

mod data;
mod fold;
mod table;

use anyhow::{Context, Result};

use super::listing::fenced;
use crate::html::{block, escape, with_code};
use crate::repository::Repository;
use data::Trace;

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let (exercise, pitfall) = name
        .split_once('/')
        .with_context(|| format!("{name:?} is not EXERCISE/PITFALL"))?;
    let json = repository.read(&format!("book/data/traces/{name}.json"))?;
    let folder = repository.package("exercises", exercise)?;
    let file = folder.replacen("exercises", "solutions", 1) + &format!("/pitfalls/{pitfall}.rs");
    let code = repository.read(&file)?;
    // The pitfall stood in the place of the exercise's file when it was run.
    figure(&json, name, &file, &format!("src/{exercise}.rs"), &code)
}

/// The Markdown of one trace: the report in `json`, of the `code` in `file`, which the model knew as `ran_as`.
pub(crate) fn figure(
    json: &str,
    name: &str,
    file: &str,
    ran_as: &str,
    code: &str,
) -> Result<String> {
    let trace = Trace::read(json)?;
    let source = source(&trace, ran_as, file, code)?;
    Ok(format!(
        "{}\n{source}\n{}",
        block(&head(&trace, name, file)),
        block(&format!(
            "{}{}</figure>\n",
            table::html(&trace, ran_as),
            why(&trace)
        ))
    ))
}

fn head(trace: &Trace, name: &str, file: &str) -> String {
    // For the stepper, which shows what each variable holds.
    let variables: Vec<[&str; 2]> = trace
        .variables
        .iter()
        .map(|(name, initial)| [name.as_str(), initial.as_deref().unwrap_or("?")])
        .collect();
    let variables = serde_json::to_string(&variables).unwrap_or_default();
    format!(
        "<figure class=\"trace\" id=\"trace-{}\" data-variables=\"{}\">\n\
         <figcaption><strong>{}</strong> <span><code>{}</code>, found by <code>{}</code> in execution \
         {}</span></figcaption>\n",
        name.replace('/', "-"),
        escape(&variables),
        with_code(&trace.headline),
        escape(file),
        escape(&trace.model),
        trace.executions,
    )
}

/// The part of the pitfall that the trace goes through, with its line numbers.
fn source(trace: &Trace, ran_as: &str, file: &str, code: &str) -> Result<String> {
    const AROUND: usize = 2;
    let lines: Vec<&str> = code.lines().collect();
    let touched = || {
        let rows = trace.rows.iter().filter(|row| row.file == ran_as);
        rows.map(|row| row.line)
    };
    let (Some(first), Some(last)) = (touched().min(), touched().max()) else {
        return Ok(String::new());
    };
    anyhow::ensure!(
        first > 0 && last <= lines.len(),
        "the trace is of another {file}: it has a step at line {last} of {}",
        lines.len()
    );
    let first = first.saturating_sub(AROUND).max(1);
    let last = (last + AROUND).min(lines.len());
    let shown = lines[first - 1..last].join("\n");
    // Numbers in an attribute are not in the search, and are not copied with the code.
    let numbers: Vec<String> = (first..=last).map(|line| line.to_string()).collect();
    Ok(format!(
        "<div class=\"trace-source\" data-first=\"{first}\" role=\"region\" \
         aria-label=\"Source: {}\">\n<div class=\"numbers\" data-numbers=\"{}\"></div>\n\n{}\n</div>\n",
        escape(file),
        numbers.join("&#10;"),
        fenced("rust", &shown)
    ))
}

fn why(trace: &Trace) -> String {
    let reasons: String = trace
        .why
        .iter()
        .map(|reason| format!("<li>{}</li>\n", with_code(reason)))
        .collect();
    format!("<div class=\"why\"><p>Why</p>\n<ul>\n{reasons}</ul></div>\n")
}
