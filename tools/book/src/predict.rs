//! A code block in `predict`: a question about a program, put to the reader before the page answers it.
//!
//! What the program prints is the truth. A page that states another answer does not build.

mod answer;
mod block;
mod form;
mod programs;

use anyhow::Context;

use crate::directive::listing;
use crate::repository::Repository;
use block::Block;
pub(crate) use programs::check as check_programs;

/// A prediction on a page, with an answer that is known to be what the program is recorded to print.
pub(crate) struct Prediction {
    /// The page, as a path from the repository root.
    pub(crate) page: String,
    /// The line of the page that the block starts on.
    pub(crate) line: usize,
    block: Block,
    /// What `EX.stdout` holds.
    recorded: String,
}

impl Prediction {
    /// Its name: no other prediction in the book has it.
    pub(crate) fn id(&self) -> &str {
        &self.block.id
    }
}

/// What is wrong with a block, and on which of its lines.
#[derive(Debug)]
pub(crate) struct Mistake {
    /// Counted from 1; 0 is the line with the fence.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl From<anyhow::Error> for Mistake {
    fn from(error: anyhow::Error) -> Self {
        Self {
            line: 0,
            message: format!("{error:#}"),
        }
    }
}

/// What to put in the place of the block with this `body`, which starts at `line` of `page`.
pub(crate) fn render(
    body: &str,
    page: &str,
    line: usize,
    repository: &Repository,
) -> Result<(String, Prediction), Mistake> {
    let block = Block::read(body)?;
    let recorded = recorded(&block.program, repository).map_err(|error| Mistake {
        line: block.program_line,
        message: format!("{error:#}"),
    })?;
    answer::check(&block, &recorded)?;
    let shown = match block.show.as_deref() {
        None => String::new(),
        Some("") => listing::render(&block.program, repository)?,
        Some(anchor) => listing::render(&format!("{}:{anchor}", block.program), repository)?,
    };
    let text = form::render(&block, &shown);
    let prediction = Prediction {
        page: page.to_owned(),
        line,
        block,
        recorded,
    };
    Ok((text, prediction))
}

/// What the program at `path` printed when `cargo workbook verify --record` ran it.
fn recorded(path: &str, repository: &Repository) -> anyhow::Result<String> {
    programs::package_of(path)?;
    repository.read(path)?;
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    repository
        .read(&format!("{stem}.stdout"))
        .context("what the program prints is not recorded")
}
