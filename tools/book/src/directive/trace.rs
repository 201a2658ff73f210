//! `{{#trace EXERCISE/PITFALL}}`: how a wrong solution fails, step by step. A page may say of a step what it is:
//! `{{#trace EXERCISE/PITFALL | THREAD STEP = NOTE | …}}`.

mod data;
mod table;

use anyhow::{Context, Result};
use patches::Sources;

use super::listing::fenced;
use crate::html::{block, escape, with_code};
use crate::pitfall::Pitfall;
use crate::repository::Repository;
use data::Trace;

pub(super) fn render(argument: &str, repository: &Repository) -> Result<String> {
    let mut parts = argument.split(" | ").map(str::trim);
    let name = parts.next().unwrap_or_default();
    let (exercise, _) = name
        .split_once('/')
        .with_context(|| format!("{name:?} is not EXERCISE/PITFALL"))?;
    let json = repository.read(&format!("book/data/traces/{name}.json"))?;
    let pitfall = Pitfall::named(name, repository)?;
    let ran = Ran {
        file: &pitfall.path,
        known_as: &format!("src/{exercise}.rs"),
        package: &repository.package("exercises", exercise)?,
        patched: Some(&pitfall.sources),
    };
    let mut trace = Trace::read(&json)?;
    for note in parts {
        trace.note(note)?;
    }
    drawn(&trace, name, &ran, repository)
}

/// What a model ran.
pub(crate) struct Ran<'a> {
    /// The file in question, from the repository root: what the reader may look up.
    pub(crate) file: &'a str,
    /// What the report calls it.
    pub(crate) known_as: &'a str,
    /// The folder that the report's other files are in, from the repository root.
    pub(crate) package: &'a str,
    /// What stood in the place of the package's `src/`, if something did.
    pub(crate) patched: Option<&'a Sources>,
}

impl Ran<'_> {
    /// The text of what the report calls `file`, as it was when it ran.
    fn read(&self, file: &str, repository: &Repository) -> Result<String> {
        let below_src = file.strip_prefix("src/");
        match (self.patched, below_src) {
            (Some(sources), Some(name)) if sources.contains_key(name) => Ok(sources[name].clone()),
            _ => repository.read(&format!("{}/{file}", self.package)),
        }
    }
}

/// The Markdown of one trace: the report in `json`, of what `ran`.
pub(crate) fn figure(
    json: &str,
    name: &str,
    ran: &Ran<'_>,
    repository: &Repository,
) -> Result<String> {
    drawn(&Trace::read(json)?, name, ran, repository)
}

fn drawn(trace: &Trace, name: &str, ran: &Ran<'_>, repository: &Repository) -> Result<String> {
    let shown = shown(trace, ran, repository);
    let source = if shown == ran.known_as {
        source(trace, shown, ran.file, &ran.read(shown, repository)?)?
    } else {
        let file = format!("{}/{shown}", ran.package);
        let lines = source(trace, shown, &file, &ran.read(shown, repository)?)?;
        format!(
            "<p class=\"trace-file\"><code>{}</code></p>\n{lines}",
            escape(&file)
        )
    };
    Ok(format!(
        "{}\n{source}\n{}",
        block(&head(trace, name, ran.file)),
        block(&format!(
            "{}{}{}</figure>\n",
            table::html(trace, shown),
            why(trace),
            replay(trace)
        ))
    ))
}

/// The file whose lines stand above the table: the one in question, unless no step is in it. What is wrong then is
/// what it does *not* do, and the steps are those of the test.
fn shown<'a>(trace: &'a Trace, ran: &Ran<'a>, repository: &Repository) -> &'a str {
    let steps = |file: &str| trace.rows.iter().filter(|row| row.file == file).count();
    if steps(ran.known_as) > 0 {
        return ran.known_as;
    }
    let files = trace.rows.iter().map(|row| row.file.as_str());
    files
        .filter(|file| ran.read(file, repository).is_ok())
        .max_by_key(|file| steps(file))
        .unwrap_or(ran.known_as)
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
        "<figure class=\"trace\" id=\"trace-{}\" data-variables=\"{}\" data-replay=\"{}\">\n\
         <figcaption><strong>{}</strong> <span><code>{}</code>, found by <code>{}</code></span></figcaption>\n",
        name.replace('/', "-"),
        escape(&variables),
        escape(&trace.replay),
        with_code(&trace.headline),
        escape(file),
        escape(&trace.model),
    )
}

/// The part of a file that the trace goes through, with its line numbers. To the report, it is `shown`.
fn source(trace: &Trace, shown: &str, file: &str, code: &str) -> Result<String> {
    const AROUND: usize = 2;
    let lines: Vec<&str> = code.lines().collect();
    let touched = || {
        let rows = trace.rows.iter().filter(|row| row.file == shown);
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
    for row in &trace.rows {
        let source = row.source.trim();
        anyhow::ensure!(
            row.file != shown || source.is_empty() || lines[row.line - 1].trim() == source,
            "the trace is of another {file}: line {} is not `{source}`. Record it anew: cargo workbook verify --record",
            row.line,
        );
    }
    let first = first.saturating_sub(AROUND).max(1);
    let last = (last + AROUND).min(lines.len());
    let part = lines[first - 1..last].join("\n");
    // Numbers in an attribute are not in the search, and are not copied with the code.
    let numbers: Vec<String> = (first..=last).map(|line| line.to_string()).collect();
    Ok(format!(
        "<div class=\"trace-source\" data-first=\"{first}\" role=\"region\" \
         aria-label=\"Source: {}\">\n<div class=\"numbers\" data-numbers=\"{}\"></div>\n\n{}\n</div>\n",
        escape(file),
        numbers.join("&#10;"),
        fenced("rust", &part)
    ))
}

/// The reasons, if the report has any.
fn why(trace: &Trace) -> String {
    if trace.why.is_empty() {
        return String::new();
    }
    let reasons: String = trace
        .why
        .iter()
        .map(|reason| format!("<li>{}</li>\n", with_code(reason)))
        .collect();
    format!("<div class=\"why\"><p>Why</p>\n<ul>\n{reasons}</ul></div>\n")
}

/// The line that runs this schedule again.
fn replay(trace: &Trace) -> String {
    if trace.replay.is_empty() {
        return String::new();
    }
    format!(
        "<p class=\"replay\">This schedule alone: <code>LANES_REPLAY={}</code></p>\n",
        escape(&trace.replay)
    )
}
