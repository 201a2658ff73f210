//! Checks mdBook's own `{{#include PATH}}`. mdBook logs a missing file and goes on, and shows nothing at
//! all for a missing anchor.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::{Repository, excerpt};

/// `argument` is what mdBook takes: a path from the page's folder, then `:anchor` or `:first:last`.
pub(super) fn check(argument: &str, page: &str, repository: &Repository) -> Result<()> {
    let (path, part) = match argument.split_once(':') {
        Some((path, part)) => (path, Some(part)),
        None => (argument, None),
    };
    let path = from_root(page, path)?;
    let text = repository.read(&path)?;
    match part {
        None => Ok(()),
        Some(part) if is_range(part) => {
            let lines = text.lines().count();
            let last = part.split(':').filter_map(|n| n.parse().ok()).max();
            ensure!(
                last.unwrap_or(1) <= lines,
                "{path} has {lines} lines, not {part}"
            );
            Ok(())
        }
        Some(anchor) => excerpt(&text, Some(anchor)).map(drop).context(path),
    }
}

fn is_range(part: &str) -> bool {
    part.split(':')
        .all(|end| end.is_empty() || end.parse::<usize>().is_ok())
}

/// The path from the repository root of a file named from the folder of `page`.
fn from_root(page: &str, path: &str) -> Result<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in Path::new(path).iter() {
        match part.to_str() {
            Some("..") if parts.pop().is_some() => {}
            Some("..") => bail!("{path} leaves the repository"),
            Some(".") => {}
            Some(part) => parts.push(part),
            None => bail!("{path} is not UTF-8"),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_is_named_from_the_folder_of_its_page() {
        let page = "book/src/01_a/page.md";
        assert_eq!(from_root(page, "../../../x.rs").unwrap(), "x.rs");
        assert_eq!(from_root(page, "./y.rs").unwrap(), "book/src/01_a/y.rs");
        assert!(from_root(page, "../../../../x.rs").is_err());
    }

    #[test]
    fn numbers_are_lines_and_words_are_anchors() {
        assert!(is_range("2:5") && is_range("2") && is_range(":5") && is_range("2:"));
        assert!(!is_range("lock"));
    }
}
