//! The preprocessor, by both ways in: within this process, and as a command that `mdbook build` runs.

use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::page::{self, Page};
use crate::place::Place;
use crate::problem::Problems;
use crate::repository::Repository;

/// Named in `book.toml` as `[preprocessor.workbook]`, whose command it replaces within this process.
pub(crate) struct Workbook;

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        "workbook"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let place = Place::of(&context.root)?;
        let folder = context.root.file_name().unwrap_or("book".as_ref());
        let pages = Path::new(folder).join(&context.config.book.src);
        let repository = Repository::new(place.repository);
        let mut problems = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            let Some(path) = &chapter.source_path else {
                return;
            };
            let page = Page {
                path: &pages.join(path).display().to_string().replace('\\', "/"),
                text: &chapter.content,
            };
            chapter.content = page::render(&page, &repository, &mut problems);
        });
        if problems.is_empty() {
            Ok(book)
        } else {
            problems.sort_by(|a, b| (&a.page, a.line).cmp(&(&b.page, b.line)));
            Err(Problems(problems).into())
        }
    }
}

/// Reads a book from standard input and writes it, with everything in place, to standard output.
pub(crate) fn speak_protocol() -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin()).context(
        "`preprocess` is for mdBook to run; you want `cargo book` or `cargo book build`",
    )?;
    let book = Workbook.run(&context, book)?;
    serde_json::to_writer(io::stdout().lock(), &book)?;
    Ok(())
}
