use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::Interval;

/// The environment variable that names a directory in which every [`Comparison`](crate::Comparison) leaves its
/// ratios. The recorder sets it; a benchmark that you run by hand only prints them.
pub const RATIOS_DIR: &str = "BENCHES_RATIOS_DIR";

/// What a comparison knows and criterion does not: the title, the order of the rows, and the ratios.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratios {
    /// The name of criterion's group.
    pub group: String,
    /// A line for people.
    pub title: String,
    /// The crates whose versions matter.
    pub crates: Vec<String>,
    /// The versions of what is not a crate.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// In the order in which they are shown.
    pub rows: Vec<Row>,
}

/// One row of a comparison.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The name of criterion's function.
    pub name: String,
    /// The row that it is compared with, if any.
    pub baseline: Option<String>,
    /// How many times as long as its baseline it takes.
    pub ratio: Option<Interval>,
}

impl Ratios {
    /// Writes `GROUP.json` in `dir`.
    pub(crate) fn write_to(&self, dir: &Path) -> io::Result<()> {
        let path = dir.join(&self.group).with_extension("json");
        fs::write(path, serde_json::to_vec_pretty(self)?)
    }

    /// Prints a line per row that has a ratio.
    pub(crate) fn print(&self) {
        let rows = self.rows.iter();
        for (row, baseline, ratio) in
            rows.filter_map(|row| Some((row, row.baseline.as_ref()?, row.ratio?)))
        {
            let Interval { median, low, high } = ratio;
            let name = &row.name;
            println!("{name} / {baseline}: {median:.3} ({low:.3} to {high:.3})");
        }
        println!();
    }
}
