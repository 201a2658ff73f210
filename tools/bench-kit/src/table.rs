use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io};

use serde::{Deserialize, Serialize};

/// The environment variable that names a directory in which every [`Table`] is left. The recorder sets it; what you
/// run by hand only prints its tables.
pub const TABLES_DIR: &str = "BENCHES_TABLES_DIR";

/// The environment variable that asks a program to count less, so that it can be tried out in seconds. The recorder
/// sets it with `--quick`.
pub const QUICK: &str = "BENCHES_QUICK";

/// What was counted rather than timed, for the book to show.
///
/// All cells are text: what a number means, and how many digits of it, the program says that has counted. The recorder
/// adds the machine, the date and the versions, and keeps it as `book/data/tables/CHAPTER/NAME.json`.
///
/// ```
/// let mut table = bench_kit::Table::new(
///     "instructions",
///     "Instructions of one round",
///     "cargo run --release -p bench-counts --bin instructions",
///     ["what", "by hand", "by guard"],
/// );
/// table.row(["spin lock", "14", "14"]);
/// table.row(["closure".to_owned(), 3.to_string(), 3.to_string()]);
/// table.leave();
/// ```
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[must_use = "call `leave`"]
pub struct Table {
    /// What its file is called.
    pub name: String,
    /// A line for people.
    pub title: String,
    /// What to type to get it again.
    pub command: String,
    /// The crates whose versions matter.
    pub crates: Vec<String>,
    /// The versions of what is not a crate.
    pub versions: BTreeMap<String, String>,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// As many cells in each as there are columns. The first one names the row.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(
        name: &str,
        title: &str,
        command: &str,
        columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            command: command.into(),
            crates: Vec::new(),
            versions: BTreeMap::new(),
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Names a crate whose version belongs under the table. `benches` has to depend on it.
    pub fn with_crate(mut self, name: &str) -> Self {
        self.crates.push(name.into());
        self
    }

    /// Puts the version of something that is not a crate under the table.
    pub fn with_version(mut self, name: &str, version: &str) -> Self {
        self.versions.insert(name.into(), version.into());
        self
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// Panics if it does not have a cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        assert_eq!(
            cells.len(),
            self.columns.len(),
            "{}: {cells:?} does not fit under {:?}",
            self.name,
            self.columns
        );
        self.rows.push(cells);
    }

    /// Prints it, and leaves it for the recorder if there is one (see [`TABLES_DIR`]).
    ///
    /// # Panics
    ///
    /// Panics if it cannot be written.
    pub fn leave(&self) {
        println!("{self}");
        if let Some(dir) = env::var_os(TABLES_DIR).map(PathBuf::from) {
            self.write_to(&dir).unwrap_or_else(|error| {
                panic!(
                    "cannot write the table {} to {} ({TABLES_DIR}): {error}",
                    self.name,
                    dir.display()
                )
            });
        }
    }

    /// Writes `NAME.json` in `dir`.
    fn write_to(&self, dir: &Path) -> io::Result<()> {
        let path = dir.join(format!("{}.json", self.name));
        fs::write(path, serde_json::to_vec_pretty(self)?)
    }
}

/// Its title, and below it the columns, each as wide as its widest cell.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = || std::iter::once(&self.columns).chain(&self.rows);
        let width = |column: usize| {
            let widths = lines().map(|line| line[column].chars().count());
            widths.max().unwrap_or(0)
        };
        writeln!(f, "{}", self.title)?;
        for line in lines() {
            for (column, cell) in line.iter().enumerate() {
                let width = width(column);
                match column {
                    0 => write!(f, "  {cell:width$}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let columns = ["what", "by hand", "by guard"];
        let mut table =
            Table::new("counts", "Counts", "cargo count", columns).with_version("valgrind", "3.19");
        table.row(["spin lock", "14", "14"]);
        table.row(["a", "1234567890", "7"]);
        table
    }

    #[test]
    fn it_prints_in_columns() {
        let lines = [
            "Counts",
            "  what          by hand  by guard",
            "  spin lock          14        14",
            "  a          1234567890         7",
            "",
        ];
        assert_eq!(table().to_string(), lines.join("\n"));
    }

    #[test]
    fn what_is_left_can_be_read() {
        let dir = tempfile::tempdir().expect("a directory");
        table().write_to(dir.path()).expect("it can be written");
        let json = fs::read(dir.path().join("counts.json")).expect("it is there");
        let read: Table = serde_json::from_slice(&json).expect("a table");
        assert_eq!(read, table());
    }

    #[test]
    #[should_panic(expected = "does not fit under")]
    fn a_row_has_a_cell_for_each_column() {
        table().row(["only one"]);
    }
}
