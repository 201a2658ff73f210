//! `{{#table CHAPTER/NAME}}`: what was counted, with the machine it was counted on.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::recorded::{Origin, mine};
use crate::html::{block, escape, with_code};
use crate::repository::Repository;

#[derive(Deserialize)]
struct Table {
    version: u32,
    title: String,
    #[serde(flatten)]
    origin: Origin,
    /// What counts it again.
    command: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub(super) fn render(name: &str, repository: &Repository) -> Result<String> {
    let path = format!("book/data/tables/{name}.json");
    let ours = Table::read(&repository.read(&path)?).context(path)?;
    let mut html = format!(
        "<figure class=\"measurement counted\">\n<figcaption>{}</figcaption>\n{}\
         <p class=\"provenance\">Recorded {}. Count it on yours: <code>{}</code></p>\n",
        with_code(&ours.title),
        ours.html("what was counted"),
        ours.origin.html(),
        escape(&ours.command)
    );
    if let Some(yours) = mine("tables", name, repository, Table::read)? {
        html.push_str(&format!(
            "<p class=\"yours\">And yours:</p>\n{}<p class=\"provenance\">Recorded {}.</p>\n",
            yours.html("what you counted"),
            yours.origin.html()
        ));
    }
    Ok(block(&(html + "</figure>\n")))
}

impl Table {
    fn read(json: &str) -> Result<Self> {
        let table: Self = serde_json::from_str(json)?;
        ensure!(table.version == 1, "unknown version {}", table.version);
        ensure!(!table.rows.is_empty(), "there are no rows");
        ensure!(!table.columns.is_empty(), "there are no columns");
        let width = table.columns.len();
        if let Some(row) = table.rows.iter().find(|row| row.len() != width) {
            bail!("{row:?} has {} cells; there are {width} columns", row.len());
        }
        Ok(table)
    }

    /// In a box that scrolls where the screen is narrower than the table.
    fn html(&self, what: &str) -> String {
        let heads: String = self
            .columns
            .iter()
            .map(|column| format!("<th scope=\"col\">{}</th>", with_code(column)))
            .collect();
        let rows: String = self
            .rows
            .iter()
            .map(|row| {
                let (first, rest) = row.split_first().expect("as many cells as columns");
                let rest: String = rest.iter().map(|cell| self::cell(cell)).collect();
                let first = with_code(first);
                format!("<tr><th scope=\"row\">{first}</th>{rest}</tr>\n")
            })
            .collect();
        format!(
            "<div class=\"table-wrapper\" tabindex=\"0\" role=\"region\" aria-label=\"{}: {what}\">\n\
             <table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
            escape(&self.title)
        )
    }
}

/// Numbers stand under each other by their last digits.
fn cell(text: &str) -> String {
    let is_number = text.starts_with(|it: char| it.is_ascii_digit() || "+-−×".contains(it));
    match is_number {
        true => format!("<td class=\"number\">{}</td>", with_code(text)),
        false => format!("<td>{}</td>", with_code(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(columns: &str, rows: &str) -> Option<String> {
        let json = format!(
            "{{\"version\":1,\"title\":\"T\",\"recorded\":\"D\",\"command\":\"C\",\
             \"machine\":{{\"cpu\":\"C\",\"cores\":2,\"os\":\"O\"}},\"columns\":{columns},\"rows\":{rows}}}"
        );
        Table::read(&json).err().map(|error| error.to_string())
    }

    #[test]
    fn a_table_has_a_cell_for_each_column() {
        assert_eq!(refused(r#"["a","b"]"#, r#"[["1","2"]]"#), None);
        assert!(
            refused(r#"["a","b"]"#, r#"[["1"]]"#)
                .unwrap()
                .contains("2 columns")
        );
        assert!(refused("[]", "[]").unwrap().contains("no rows"));
        assert!(refused("[]", "[[]]").unwrap().contains("no columns"));
    }

    #[test]
    fn numbers_are_told_from_words() {
        assert_eq!(cell("14"), "<td class=\"number\">14</td>");
        assert_eq!(cell("×1.02"), "<td class=\"number\">×1.02</td>");
        assert_eq!(cell("as `drop`"), "<td>as <code>drop</code></td>");
    }
}
