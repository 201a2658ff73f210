//! What is wrong with the pages, and where. A build lists all of it, not only the first.

use std::error::Error;
use std::fmt;

/// One thing wrong at one line of one page.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Path of the page from the repository root, such as `book/src/index.md`.
    pub(crate) page: String,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.page, self.line, self.message)
    }
}

/// All that is wrong; never empty when it is an error.
#[derive(Debug)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} problem{plural} in the pages")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Error for Problems {}

/// The line, counted from 1, that byte `at` of `text` is on.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
