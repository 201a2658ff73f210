//! What the book has recorded, for predictions about it: if a new recording says something else, the page's
//! answer is no longer right, and the build says so.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// What a figure has in one row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The median of its times, in the figure's unit.
    pub median: f64,
    /// Its time beside that of its baseline, which took turns with it.
    pub ratio: f64,
}

/// The rows of a figure.
///
/// # Panics
///
/// Panics if there is no such figure, or if a row lacks its median or its ratio.
pub fn rows(figure: &str) -> Vec<Row> {
    list(&read("figures", figure)).iter().map(Row::of).collect()
}

/// A row of a figure.
///
/// # Panics
///
/// Panics if there is no such figure, or no such row in it, or if the row lacks its median or its ratio.
pub fn row(figure: &str, name: &str) -> Row {
    let recorded = read("figures", figure);
    let mut rows = list(&recorded).iter();
    let row = rows.find(|row| row["name"] == name);
    Row::of(row.unwrap_or_else(|| panic!("{figure} has no row {name:?}")))
}

/// The cells of a table, row by row.
///
/// # Panics
///
/// Panics if there is no such table.
pub fn table(name: &str) -> Vec<Vec<String>> {
    let recorded = read("tables", name);
    let cells = |row: &Value| row.as_array().into_iter().flatten().map(text).collect();
    list(&recorded).iter().map(cells).collect()
}

impl Row {
    fn of(row: &Value) -> Self {
        let number = |key: &str| {
            let value = row[key].as_f64();
            value.unwrap_or_else(|| panic!("no {key} in {}", row["name"]))
        };
        Self {
            name: text(&row["name"]),
            median: number("median"),
            ratio: number("ratio"),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn list(recorded: &Value) -> &[Value] {
    recorded["rows"]
        .as_array()
        .expect("what is recorded has rows")
}

fn read(kind: &str, name: &str) -> Value {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../book/data");
    let path = data.join(kind).join(name).with_added_extension("json");
    let text = fs::read_to_string(&path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_near_one() {
        let baseline = row("the_measured_answer/guard_or_manual", "std Mutex, by hand");
        assert!(baseline.median > 0.0);
        assert!((0.9..1.1).contains(&baseline.ratio), "{baseline:?}");
    }

    #[test]
    fn a_table_has_its_rows() {
        let rows = table("the_measured_answer/faults");
        assert_eq!(rows.len(), 11);
        assert!(rows.iter().all(|row| row.len() == 4), "{rows:?}");
    }
}
