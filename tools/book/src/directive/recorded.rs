//! Where and when something was recorded: for figures and for tables.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::html::escape;
use crate::repository::Repository;

#[derive(Deserialize)]
pub(super) struct Origin {
    /// The day.
    recorded: String,
    machine: Machine,
    #[serde(default)]
    versions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Machine {
    cpu: String,
    cores: u32,
    os: String,
}

impl Origin {
    /// When, on what machine, with what versions.
    pub(super) fn html(&self) -> String {
        let Machine { cpu, cores, os } = &self.machine;
        let versions: String = self
            .versions
            .iter()
            .map(|(name, version)| format!(", {} {}", escape(name), escape(version)))
            .collect();
        format!(
            "{} on {}, {cores} cores, {}{versions}",
            escape(&self.recorded),
            escape(cpu),
            escape(os)
        )
    }
}

/// What the reader has recorded of the same name (`just record --mine`), if they have.
pub(super) fn mine<T>(
    kind: &str,
    name: &str,
    repository: &Repository,
    read: impl Fn(&str) -> Result<T>,
) -> Result<Option<T>> {
    let path = format!("book/data/mine/{kind}/{name}.json");
    if !repository.locate(&path)?.is_file() {
        return Ok(None);
    }
    let mine = repository.read(&path).and_then(|json| read(&json));
    mine.map(Some).context(path)
}
