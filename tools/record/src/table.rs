//! A table: what was counted, as a file for the book.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use bench_kit::Table;
use serde::{Deserialize, Serialize};

use record::machine::{self, Machine};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RecordedTable {
    version: u32,
    title: String,
    recorded: String,
    machine: Machine,
    /// How many seconds it took to count.
    took: f64,
    versions: BTreeMap<String, String>,
    command: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl RecordedTable {
    pub(crate) fn new(root: &Path, table: Table, took: f64) -> Result<Self> {
        let mut versions = machine::versions(root, &table.crates)?;
        versions.extend(table.versions);
        Ok(Self {
            version: 1,
            title: table.title,
            recorded: machine::today(),
            machine: Machine::this(),
            took: took.round(),
            versions,
            command: table.command,
            columns: table.columns,
            rows: table.rows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_carries_what_was_counted_and_with_what() {
        let mut table = Table::new("counts", "Counts", "cargo count", ["what", "by hand"])
            .with_crate("parking_lot")
            .with_version("valgrind", "3.19");
        table.row(["spin lock", "14"]);
        let root = &bench_kit::repository().expect("cargo starts the tests");
        let recorded = RecordedTable::new(root, table, 3.2).expect("a table");
        let json = serde_json::to_value(recorded).expect("plain data");
        assert_eq!((&json["version"], &json["took"]), (&json!(1), &json!(3.0)));
        assert_eq!(json["command"], "cargo count");
        assert_eq!(json["columns"], json!(["what", "by hand"]));
        assert_eq!(json["rows"], json!([["spin lock", "14"]]));
        let versions = &json["versions"];
        assert!(versions["rustc"].is_string() && versions["parking_lot"].is_string());
        assert_eq!(versions["valgrind"], "3.19");
    }
}
