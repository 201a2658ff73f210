//! The pages that are not yet in their new form: a list, in one place, that may only become shorter.

use std::fs;

use anyhow::{Context, Result};

use crate::problem::Problem;
use crate::repository::Repository;

/// A page on a line; what begins with `#` is for those who read the list.
const LIST: &str = "book/old_form.txt";

/// What is wrong with the pages, of which `found` are the deviations from the form and `pages` are all there are:
/// those of pages that are not on the list, and lines of the list that let nothing pass.
pub(crate) fn sift(
    found: Vec<Problem>,
    pages: &[&str],
    repository: &Repository,
) -> Result<Vec<Problem>> {
    let list = repository.locate(LIST)?;
    let list = match list.is_file() {
        true => fs::read_to_string(list).context(LIST)?,
        false => String::new(),
    };
    let lines = list.lines().enumerate();
    let listed: Vec<(usize, &str)> = lines
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, page)| !page.is_empty() && !page.starts_with('#'))
        .collect();
    let mut problems = Vec::new();
    for &(line, page) in &listed {
        let message = if !pages.contains(&page) {
            format!("there is no page {page}: take the line out")
        } else if found.iter().all(|problem| problem.page != page) {
            format!("{page} is in the new form: take the line out, so that it stays there")
        } else {
            continue;
        };
        problems.push(Problem {
            page: LIST.to_owned(),
            line,
            message,
        });
    }
    let is_listed = |problem: &Problem| listed.iter().any(|(_, page)| *page == problem.page);
    problems.extend(found.into_iter().filter(|problem| !is_listed(problem)));
    Ok(problems)
}
