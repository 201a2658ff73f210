//! What was measured, as the book's figures have it: predictions on a page about them ask the figures.

use std::fs;
use std::path::Path;

/// A row of a figure.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// How long it took, in the figure's unit.
    pub median: f64,
    /// How long it took beside its baseline.
    pub ratio: f64,
}

/// The rows of a figure of chapter 3.
///
/// # Panics
///
/// Panics if there is no such figure, or if a row has no median or no ratio.
pub fn rows(figure: &str) -> Vec<Row> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let file = root.join(format!("book/data/figures/03_atomics/{figure}.json"));
    let text =
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let (_, rows) = text.split_once("\"rows\"").expect("a figure has rows");
    let rows = rows.split("\"name\": \"").skip(1);
    rows.map(|row| Row {
        name: row.split('"').next().unwrap_or_default().to_owned(),
        median: number(row, "median"),
        ratio: number(row, "ratio"),
    })
    .collect()
}

fn number(row: &str, key: &str) -> f64 {
    let (_, after) = row
        .split_once(&format!("\"{key}\": "))
        .unwrap_or_else(|| panic!("no {key} in {row}"));
    let end = after.find([',', '\n', '}']).unwrap_or(after.len());
    after[..end].trim().parse().expect("a number")
}
