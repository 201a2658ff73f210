//! `{{#output PATH.rs}}`: an example, and what it prints.

use anyhow::{Context, Result};

use super::listing::{fenced, figure};
use crate::repository::{Repository, excerpt};

pub(super) fn render(path: &str, repository: &Repository) -> Result<String> {
    let stem = path
        .strip_suffix(".rs")
        .with_context(|| format!("{path:?} is not a Rust file"))?;
    let code = excerpt(&repository.read(path)?, None).with_context(|| path.to_owned())?;
    let printed = repository
        .read(&format!("{stem}.stdout"))
        .context("what the example prints is not recorded")?;
    Ok(format!(
        "{}\n<p class=\"prints\">It prints:</p>\n\n{}",
        figure(path, "rust", &code),
        fenced("text", &printed)
    ))
}
