//! Where the book is. Found at run time: a path baked into the binary would be another clone's when two
//! clones share one target directory.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A book and the repository it belongs to: `repository/book/book.toml`.
#[derive(Clone)]
pub(crate) struct Place {
    /// The folder that holds `book.toml`.
    pub(crate) book: PathBuf,
    /// The folder that listings are named from.
    pub(crate) repository: PathBuf,
}

impl Place {
    /// The place whose `book.toml` lies in `book`.
    pub(crate) fn of(book: &Path) -> Result<Self> {
        let book = std::path::absolute(book)?;
        ensure!(
            book.join("book.toml").is_file(),
            "no book.toml in {}",
            book.display()
        );
        // `.` has no parent by name, `a/..` has the wrong one.
        let real = book.canonicalize()?;
        let repository = real
            .parent()
            .context("the book lies at the root of a disk")?;
        Ok(Self {
            repository: repository.to_owned(),
            book,
        })
    }
}

/// The book that was asked for; else this repository's (`cargo run` says where this crate is); else the
/// nearest one at or above the current folder.
pub(crate) fn find(named: Option<PathBuf>) -> Result<Place> {
    if let Some(book) = named {
        return Place::of(&book);
    }
    if let Some(tools_book) = std::env::var_os("CARGO_MANIFEST_DIR") {
        return Place::of(&Path::new(&tools_book).join("../../book"));
    }
    let here = std::env::current_dir()?;
    let book = here
        .ancestors()
        .flat_map(|folder| [folder.to_owned(), folder.join("book")])
        .find(|folder| folder.join("book.toml").is_file())
        .with_context(|| {
            format!(
                "no book.toml at or above {}; name its folder with --book",
                here.display()
            )
        })?;
    Place::of(&book)
}
