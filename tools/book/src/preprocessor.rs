//! The preprocessor, by both ways in: within this process, and as a command that `mdbook build` runs.

use std::collections::HashMap;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::page::{self, Page};
use crate::place::Place;
use crate::problem::{Problem, Problems};
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
        let mut sources = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            if let Some(path) = &chapter.source_path {
                let path = pages.join(path).display().to_string().replace('\\', "/");
                sources.push((path, std::mem::take(&mut chapter.content)));
            }
        });
        let (texts, mut problems) = render_all(&sources, &repository);
        let mut texts = texts.into_iter();
        book.for_each_chapter_mut(|chapter| {
            if chapter.source_path.is_some() {
                chapter.content = texts.next().unwrap_or_default();
            }
        });
        if problems.is_empty() {
            Ok(book)
        } else {
            problems.sort_by(|a, b| (&a.page, a.line).cmp(&(&b.page, b.line)));
            Err(Problems(problems).into())
        }
    }
}

/// Renders all pages, given as path and text, on all processors: a Mermaid diagram takes a while.
fn render_all(
    sources: &[(String, String)],
    repository: &Repository,
) -> (Vec<String>, Vec<Problem>) {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut texts, mut problems) = (Vec::new(), Vec::new());
        // Relaxed: the counter hands out numbers, and nothing else goes with them.
        while let Some((path, text)) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            let rendered = page::render(&Page { path, text }, repository, &mut problems);
            texts.push((path, rendered));
        }
        (texts, problems)
    };
    let (mut texts, mut problems) = (HashMap::new(), Vec::new());
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let done = worker.join();
            let (some_texts, some_problems) = done.unwrap_or_else(|panic| resume_unwind(panic));
            texts.extend(some_texts);
            problems.extend(some_problems);
        }
    });
    let in_order = sources.iter().filter_map(|(path, _)| texts.remove(path));
    (in_order.collect(), problems)
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
