//! `{{#exercise NAME}}`: what to do, where, and three hints for whoever is stuck.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::html::{block, escape, markdown, unindexed};
use crate::repository::Repository;

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    workbook: Workbook,
}

/// `[package.metadata.workbook]` of an exercise.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Workbook {
    title: String,
    minutes_to_solve: u32,
}

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let folder = repository.package("exercises", name)?;
    let Workbook {
        title,
        minutes_to_solve,
    } = workbook(&folder, repository)?;
    let file = format!("{folder}/src/{name}.rs");
    ensure!(
        repository.locate(&file)?.is_file(),
        "the exercise has no {file}"
    );
    let hints = hints(&folder, repository)?;
    Ok(block(&format!(
        "<section class=\"exercise\" aria-labelledby=\"exercise-{name}\">\n\
         <p class=\"exercise-title\" id=\"exercise-{name}\"><span>Exercise</span> {title}</p>\n\
         <dl>\n\
         <dt>Write</dt><dd><code>{file}</code></dd>\n\
         <dt>Run</dt><dd><code>cargo test -p {name}</code></dd>\n\
         <dt>Takes</dt><dd>about {minutes_to_solve} minutes</dd>\n\
         </dl>\n\
         {hints}\
         </section>\n",
        title = escape(&title),
    )))
}

/// How many minutes the exercise is said to take.
pub(super) fn minutes_to_solve(name: &str, repository: &Repository) -> Result<u32> {
    let folder = repository.package("exercises", name)?;
    Ok(workbook(&folder, repository)?.minutes_to_solve)
}

fn workbook(folder: &str, repository: &Repository) -> Result<Workbook> {
    let manifest = format!("{folder}/Cargo.toml");
    let read = toml::from_str::<Manifest>(&repository.read(&manifest)?).context(manifest)?;
    Ok(read.package.metadata.workbook)
}

/// The three hints, folded, and kept out of the search.
fn hints(folder: &str, repository: &Repository) -> Result<String> {
    let path = format!("{folder}/hints.md");
    let text = repository.read(&path)?;
    let sections: Vec<(&str, &str)> = sections(&text);
    ensure!(
        sections.len() == 3,
        "{path} has {} sections that start with `## `, not three",
        sections.len()
    );
    Ok(sections
        .into_iter()
        .map(|(title, body)| unindexed(&format!("Hint {title}"), &markdown(body)))
        .collect())
}

/// The titles and bodies of the `## ` sections; `## ` within a code block is no title.
fn sections(text: &str) -> Vec<(&str, &str)> {
    let mut starts = Vec::new();
    let (mut at, mut code) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if !code && line.starts_with("## ") {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(&start, end)| text[start..end].split_once('\n'))
        .map(|(title, body)| (title.trim_start_matches('#').trim(), body))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_ends_where_the_next_starts() {
        let text =
            "# Hints\n\n## 1 · A\none\n\n## 2 · B\n```\n## not a title\n```\n## 3 · C\nthree\n";
        let titles: Vec<&str> = sections(text).iter().map(|section| section.0).collect();
        assert_eq!(titles, ["1 · A", "2 · B", "3 · C"]);
        assert_eq!(sections(text)[1].1, "```\n## not a title\n```\n");
    }
}
