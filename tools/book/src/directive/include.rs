//! Checks mdBook's own `{{#include PATH}}`. mdBook logs a missing file and goes on, shows nothing at all for a missing
//! anchor, and includes a file that includes itself ten times over.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::page::directives;
use crate::repository::{Repository, excerpt};

/// `argument` is what mdBook takes: a path from the page's folder, then `:anchor` or `:first:last`. Returns what stands
/// there.
pub(super) fn check(
    directive: &str,
    argument: &str,
    page: &str,
    repository: &Repository,
) -> Result<String> {
    follow((directive, argument), page, &mut Vec::new(), repository)
}

/// `above` are the includes that have led to this one, each as a path from the root with its part.
fn follow(
    (directive, argument): (&str, &str),
    from: &str,
    above: &mut Vec<String>,
    repository: &Repository,
) -> Result<String> {
    let (path, part) = match argument.split_once(':') {
        Some((path, part)) => (path, Some(part)),
        None => (argument, None),
    };
    let path = from_root(from, path)?;
    let text = repository.read(&path)?;
    let shown = match part {
        None => text.clone(),
        Some(part) if is_range(part) => lines(&text, part).with_context(|| path.clone())?,
        Some(anchor) => excerpt(&text, Some(anchor)).with_context(|| path.clone())?,
    };
    // Of a `rustdoc_include` the rest is there, too, and hidden.
    let (included, name) = match directive {
        "include" => (shown, format!("{path}:{}", part.unwrap_or_default())),
        _ => (text, path.clone()),
    };
    ensure!(!above.contains(&name), "{path} includes itself");
    above.push(name);
    for start in directives(&included) {
        let written = included[start + 3..].split("}}").next().unwrap_or_default();
        let nested = written
            .split_once(char::is_whitespace)
            .filter(|(name, _)| ["include", "rustdoc_include"].contains(name));
        if let Some((name, argument)) = nested {
            let nested = (name, argument.trim());
            follow(nested, &path, above, repository).with_context(|| path.clone())?;
        }
    }
    above.pop();
    Ok(included)
}

/// The lines `first:last` of `text`, counted from 1; both may be left out.
fn lines(text: &str, range: &str) -> Result<String> {
    let count = text.lines().count();
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let number = |end: &str, without: usize| end.parse().unwrap_or(without).max(1);
    let (first, last) = (number(first, 1), number(last, count));
    ensure!(
        first.max(last) <= count.max(1),
        "it has {count} lines, not {range}"
    );
    let lines = text
        .lines()
        .skip(first - 1)
        .take((last + 1).saturating_sub(first));
    Ok(lines.collect::<Vec<_>>().join("\n"))
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
