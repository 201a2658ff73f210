//! The preprocessor, by both ways in: within this process, and as a command that `mdbook build` runs.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use tracing::warn;

use crate::contents::Entry;
use crate::navigation;
use crate::page::{self, Found, Page, Rendered};
use crate::place::Place;
use crate::predict::{self, Prediction};
use crate::problem::{Problem, Problems, line_of};
use crate::repository::Repository;
use crate::schedule;

/// Named in `book.toml` as `[preprocessor.workbook]`, whose command it replaces within this process.
pub(crate) struct Workbook {
    /// Whether to run the programs that predictions are about.
    pub(crate) strict: bool,
}

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        "workbook"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let place = Place::of(&context.root)?;
        let folder = context.root.file_name().unwrap_or("book".as_ref());
        let pages = Path::new(folder).join(&context.config.book.src);
        let repository = Repository::new(place.repository);
        count_from_names(&mut book);
        let (mut entries, mut sources) = (Vec::new(), Vec::new());
        for chapter in book.chapters() {
            if let Some(entry) = Entry::of(chapter) {
                let path = pages.join(&entry.path).display().to_string();
                sources.push((path.replace('\\', "/"), chapter.content.clone()));
                entries.push(entry);
            }
        }
        let (mut rendered, found) = render_all(&sources, &repository);
        for (entry, page) in entries.iter_mut().zip(&rendered) {
            entry.minutes = page.minutes;
        }
        let mut problems = found.problems;
        problems.extend(repeated(&found.predictions));
        problems.extend(put_schedules(&mut rendered, &entries, &sources));
        let mut form = found.deviations;
        form.sort_by(|a, b| (&a.page, a.line).cmp(&(&b.page, b.line)));
        for problem in navigation::check(&entries, &sources).iter().chain(&form) {
            warn!("{problem}");
        }
        if self.strict && problems.is_empty() {
            problems.extend(predict::check_programs(&found.predictions, &repository)?);
        }
        let paths = entries.into_iter().map(|entry| entry.path);
        let mut texts: HashMap<String, String> = paths
            .zip(rendered.into_iter().map(|page| page.text))
            .collect();
        // In another order: each chapter comes after those within it.
        book.for_each_chapter_mut(|chapter| {
            if let Some(text) = Entry::of(chapter).and_then(|entry| texts.remove(&entry.path)) {
                chapter.content = text;
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

/// mdBook counts from 1: chapters, and the pages of each. If the first of them is called `00_…`, a folder or a page, they
/// count from 0, as the names do.
fn count_from_names(book: &mut Book) {
    let first = book.chapters().find(|chapter| chapter.number.is_some());
    let folder = first.and_then(|chapter| chapter.source_path.as_ref()?.iter().next());
    let chapters_from_0 = folder.is_some_and(is_numbered_0);
    book.for_each_chapter_mut(|chapter| {
        if let Some(number) = &mut chapter.number
            && chapters_from_0
        {
            number[0] -= 1;
        }
        let mut pages: Vec<_> = chapter.sub_items.iter_mut().filter_map(page_of).collect();
        let first = pages.first().and_then(|page| page.source_path.as_ref());
        if first.is_some_and(|path| path.file_name().is_some_and(is_numbered_0)) {
            for number in pages.iter_mut().filter_map(|page| page.number.as_mut()) {
                number[1] -= 1;
            }
        }
    });
}

fn is_numbered_0(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with("00_")
}

fn page_of(item: &mut BookItem) -> Option<&mut Chapter> {
    match item {
        BookItem::Chapter(page) => Some(page),
        _ => None,
    }
}

/// Puts the schedules into the pages that ask for one.
fn put_schedules(
    rendered: &mut [Rendered],
    entries: &[Entry],
    sources: &[(String, String)],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for ((page, entry), (path, source)) in rendered.iter_mut().zip(entries).zip(sources) {
        for (written, error) in schedule::put(&mut page.text, &entry.path, entries) {
            problems.push(Problem {
                page: path.clone(),
                line: line_of(source, source.find(&written).unwrap_or(0)),
                message: format!("{error:#}"),
            });
        }
    }
    problems
}

/// Renders all pages, given as path and text, on all processors: a Mermaid diagram takes a while.
fn render_all(sources: &[(String, String)], repository: &Repository) -> (Vec<Rendered>, Found) {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut texts, mut found) = (Vec::new(), Found::default());
        // Relaxed: the counter hands out numbers, and nothing else goes with them.
        while let Some((path, text)) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            let rendered = page::render(&Page { path, text }, repository, &mut found);
            texts.push((path, rendered));
        }
        (texts, found)
    };
    let (mut texts, mut found) = (HashMap::new(), Found::default());
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let done = worker.join();
            let (some_texts, some) = done.unwrap_or_else(|panic| resume_unwind(panic));
            texts.extend(some_texts);
            found.problems.extend(some.problems);
            found.deviations.extend(some.deviations);
            found.predictions.extend(some.predictions);
        }
    });
    let in_order = sources.iter().filter_map(|(path, _)| texts.remove(path));
    (in_order.collect(), found)
}

/// Ids that a second prediction has too: a browser remembers answers by them.
fn repeated(predictions: &[Prediction]) -> Vec<Problem> {
    let mut predictions: Vec<&Prediction> = predictions.iter().collect();
    predictions.sort_by_key(|it| (it.id(), &it.page, it.line));
    predictions
        .windows(2)
        .filter(|pair| pair[0].id() == pair[1].id())
        .map(|pair| Problem {
            page: pair[1].page.clone(),
            line: pair[1].line,
            message: format!(
                "predict: the id {:?} is that of {}:{} already",
                pair[1].id(),
                pair[0].page,
                pair[0].line
            ),
        })
        .collect()
}

/// Reads a book from standard input and writes it, with everything in place, to standard output.
pub(crate) fn speak_protocol() -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin()).context(
        "`preprocess` is for mdBook to run; you want `cargo book` or `cargo book build`",
    )?;
    let book = Workbook { strict: false }.run(&context, book)?;
    serde_json::to_writer(io::stdout().lock(), &book)?;
    Ok(())
}
