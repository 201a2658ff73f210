//! What the book has recorded, for predictions about it: if a new recording says something else, the page's
//! answer is no longer right, and the build says so.

use std::fs;
use std::path::Path;

/// What a figure has in one row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The median of its times, in the figure's unit.
    pub median: f64,
    /// Its time beside that of its baseline, which took turns with it.
    pub ratio: f64,
}

/// A row of a figure.
///
/// # Panics
///
/// Panics if there is no such figure, or no such row in it.
pub fn row(figure: &str, name: &str) -> Row {
    let text = read(&format!("figures/{figure}"));
    let start = text
        .find(&format!("\"name\": \"{name}\""))
        .unwrap_or_else(|| panic!("{figure} has no row {name:?}"));
    let row = &text[start..];
    let row = &row[..row.find('}').unwrap_or(row.len())];
    Row {
        median: number(row, "median"),
        ratio: number(row, "ratio"),
    }
}

/// The cells of a table, row by row.
///
/// # Panics
///
/// Panics if there is no such table.
pub fn table(name: &str) -> Vec<Vec<String>> {
    let text = read(&format!("tables/{name}"));
    let rows = text.split_once("\"rows\"").map_or("", |(_, rows)| rows);
    // Between two brackets there is one row, and in it every second piece is between quotes.
    let cells = |row: &str| -> Vec<String> {
        let pieces = row.split('"').skip(1).step_by(2);
        pieces.map(str::to_owned).collect()
    };
    rows.split(']')
        .map(cells)
        .filter(|row| !row.is_empty())
        .collect()
}

fn read(name: &str) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../book/data");
    let path = data.join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn number(row: &str, key: &str) -> f64 {
    let found = row
        .split_once(&format!("\"{key}\":"))
        .and_then(|(_, rest)| rest.split([',', '\n']).next())
        .and_then(|value| value.trim().parse().ok());
    found.unwrap_or_else(|| panic!("no {key} in {row}"))
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
