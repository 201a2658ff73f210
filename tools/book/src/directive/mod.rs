//! What a page may ask for: `{{#name argument}}` on a line of its own.

mod exercise;
mod figure;
mod include;
pub(crate) mod listing;
mod output;
pub(crate) mod trace;

use anyhow::{Result, bail, ensure};

use crate::repository::Repository;

/// A directive that was understood.
pub(crate) enum Kind<'a> {
    Exercise(&'a str),
    Figure(&'a str),
    Listing(&'a str),
    Output(&'a str),
    Trace(&'a str),
    /// One of mdBook's own, already checked: mdBook itself only logs what is wrong with it.
    Mdbook,
}

impl<'a> Kind<'a> {
    /// Reads `name argument`, as found in the page at `page`.
    pub(crate) fn parse(written: &'a str, page: &str, repository: &Repository) -> Result<Self> {
        let (name, argument) = written
            .split_once(char::is_whitespace)
            .unwrap_or((written, ""));
        let argument = argument.trim();
        ensure!(!argument.is_empty(), "`{{{{#{name}}}}}` needs an argument");
        match name {
            "exercise" => Ok(Self::Exercise(argument)),
            "figure" => Ok(Self::Figure(argument)),
            "listing" => Ok(Self::Listing(argument)),
            "output" => Ok(Self::Output(argument)),
            "trace" => Ok(Self::Trace(argument)),
            "title" => Ok(Self::Mdbook),
            "include" | "rustdoc_include" => {
                include::check(argument, page, repository)?;
                Ok(Self::Mdbook)
            }
            "playground" | "playpen" => bail!("a playground needs a network; use {{{{#listing}}}}"),
            _ => bail!(
                "unknown directive {name:?}; there are: exercise, figure, listing, output, trace, \
                 include, rustdoc_include, title"
            ),
        }
    }
}

/// The Markdown to put in the place of a directive.
pub(crate) fn render(kind: Kind<'_>, repository: &Repository) -> Result<String> {
    let text = match kind {
        Kind::Exercise(name) => exercise::render(name, repository)?,
        Kind::Figure(name) => figure::render(name, repository)?,
        Kind::Listing(path) => listing::render(path, repository)?,
        Kind::Output(path) => output::render(path, repository)?,
        Kind::Trace(name) => trace::render(name, repository)?,
        Kind::Mdbook => String::new(),
    };
    // mdBook puts its own directives in after us: a file that we quote must not seem to hold one.
    Ok(text.replace("{{#", "\\{{#"))
}
