//! The mark of a folder that a build has written: a list of its files, in a file of its own.
//!
//! A build replaces a folder as a whole. It must hold nothing but what is on the list.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// The name of the mark.
const MARK: &str = ".cargo-book";

/// Its first line.
const HEAD: &str = "The files that `cargo book build` has put here. It replaces this folder while there are no others.";

/// What file managers leave wherever somebody looks.
const OF_FILE_MANAGERS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Fails if `folder` is there and holds something that no build has put there.
///
/// A folder that is `build-dir` of `book.toml` needs no mark: plain `mdbook build` leaves none, and empties it.
pub(crate) fn check(folder: &Path, is_build_dir: bool) -> Result<()> {
    let shown = folder.display();
    ensure!(
        folder.is_dir() || !folder.exists(),
        "{shown} is no folder; name another with --out"
    );
    if !folder.exists() || is_empty(folder)? {
        return Ok(());
    }
    ensure!(
        !folder.join(".git").exists(),
        "{shown} is a git repository; building would delete it. Build into another folder, and copy the pages"
    );
    let mark = folder.join(MARK);
    if is_build_dir && !mark.exists() {
        return Ok(());
    }
    let list = match mark.exists() {
        true => fs::read_to_string(&mark).with_context(|| mark.display().to_string())?,
        false => String::new(),
    };
    let ours: BTreeSet<&str> = list.lines().skip(1).chain([MARK]).collect();
    let mut others = Vec::new();
    walk(folder, "", &mut |path, is_file| {
        let is_ours = match is_file {
            true => ours.contains(path),
            false => ours.iter().any(|file| is_within(file, path)),
        };
        if !is_ours
            && !OF_FILE_MANAGERS
                .iter()
                .any(|name| is_within(path, name) || path.ends_with(name))
        {
            others.push(path.to_owned());
        }
    })?;
    ensure!(
        others.is_empty(),
        "{shown} holds files that no build has put there ({}); building would delete them. Move them away, or name an \
         empty folder",
        some(&others)
    );
    Ok(())
}

/// Writes the mark into `folder`, which a build has filled.
pub(crate) fn mark(folder: &Path) -> Result<()> {
    let mut list = format!("{HEAD}\n");
    walk(folder, "", &mut |path, is_file| {
        if is_file {
            list.push_str(path);
            list.push('\n');
        }
    })?;
    let mark = folder.join(MARK);
    fs::write(&mark, list).with_context(|| mark.display().to_string())
}

/// Whether there is nothing in `folder`. That it is no folder is an error.
pub(super) fn is_empty(folder: &Path) -> Result<bool> {
    let mut entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    Ok(entries.next().is_none())
}

/// Calls `found` with everything below `folder`: its path, with `/`, and whether it is a file.
fn walk(folder: &Path, prefix: &str, found: &mut impl FnMut(&str, bool)) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        found(&path, kind.is_file());
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        }
    }
    Ok(())
}

fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

fn some(paths: &[String]) -> String {
    const SHOWN: usize = 3;
    match paths.len() {
        0..=SHOWN => paths.join(", "),
        all => format!("{}, and {} more", paths[..SHOWN].join(", "), all - SHOWN),
    }
}
