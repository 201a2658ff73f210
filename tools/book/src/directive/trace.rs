//! `{{#trace EXERCISE/PITFALL}}`: a recorded counterexample.
use crate::repository::Repository;
use anyhow::{Result, bail};
pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    repository.read(&format!("book/data/traces/{name}.json"))?;
    bail!("traces cannot be shown yet")
}
