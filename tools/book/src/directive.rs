//! What a page may ask for: `{{#name argument}}` on a line of its own.

mod difference;
mod exercise;
mod figure;
mod flame;
mod include;
pub(crate) mod listing;
mod output;
mod recorded;
mod scheduler;
mod table;
pub(crate) mod trace;

use anyhow::{Result, bail, ensure};

use crate::repository::Repository;

/// A directive that was understood.
pub(crate) enum Kind<'a> {
    Difference(&'a str),
    Exercise(&'a str),
    Figure(&'a str),
    Flame(&'a str),
    Listing(&'a str),
    Output(&'a str),
    Scheduler(&'a str),
    /// Put in once the minutes of all pages are known, by `schedule`.
    Schedule,
    Table(&'a str),
    Trace(&'a str),
    /// One of mdBook's own, already checked: mdBook itself only logs what is wrong with it.
    Title,
    /// The same, with the text that is included.
    Include(String),
}

impl<'a> Kind<'a> {
    /// Reads `name argument`, as found in the page at `page`.
    pub(crate) fn parse(written: &'a str, page: &str, repository: &Repository) -> Result<Self> {
        let (name, argument) = written
            .split_once(char::is_whitespace)
            .unwrap_or((written, ""));
        let argument = argument.trim();
        ensure!(
            !argument.is_empty() || name == "schedule",
            "`{{{{#{name}}}}}` needs an argument"
        );
        match name {
            "difference" => Ok(Self::Difference(argument)),
            "exercise" => Ok(Self::Exercise(argument)),
            "figure" => Ok(Self::Figure(argument)),
            "flame" => Ok(Self::Flame(argument)),
            "listing" => Ok(Self::Listing(argument)),
            "output" => Ok(Self::Output(argument)),
            "scheduler" => Ok(Self::Scheduler(argument)),
            "schedule" => Ok(Self::Schedule),
            "table" => Ok(Self::Table(argument)),
            "trace" => Ok(Self::Trace(argument)),
            "title" => Ok(Self::Title),
            "include" | "rustdoc_include" => {
                let included = include::check(name, argument, page, repository)?;
                Ok(Self::Include(included))
            }
            "playground" | "playpen" => bail!("a playground needs a network; use {{{{#listing}}}}"),
            _ => bail!(
                "unknown directive {name:?}; there are: difference, exercise, figure, flame, listing, output, schedule, \
                 scheduler, table, trace, include, rustdoc_include, title"
            ),
        }
    }
}

/// How many minutes what it asks for takes to solve.
pub(crate) fn minutes_to_solve(kind: &Kind<'_>, repository: &Repository) -> Result<u32> {
    match kind {
        Kind::Exercise(name) => exercise::minutes_to_solve(name, repository),
        _ => Ok(0),
    }
}

/// The Markdown to put in the place of a directive.
pub(crate) fn render(kind: &Kind<'_>, repository: &Repository) -> Result<String> {
    let text = match kind {
        Kind::Difference(name) => difference::render(name, repository)?,
        Kind::Exercise(name) => exercise::render(name, repository)?,
        Kind::Figure(name) => figure::render(name, repository)?,
        Kind::Flame(name) => flame::render(name, repository)?,
        Kind::Listing(path) => listing::render(path, repository)?,
        Kind::Output(path) => output::render(path, repository)?,
        Kind::Scheduler(level) => scheduler::render(level, repository)?,
        Kind::Table(name) => table::render(name, repository)?,
        Kind::Trace(name) => trace::render(name, repository)?,
        Kind::Title | Kind::Include(_) | Kind::Schedule => String::new(),
    };
    // mdBook puts its own directives in after us: a file that we quote must not seem to hold one.
    Ok(text.replace("{{#", "\\{{#"))
}
