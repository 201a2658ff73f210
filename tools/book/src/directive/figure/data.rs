//! What was measured, as `book/data/figures/CHAPTER/GROUP.json` has it.

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::directive::recorded::Origin;

#[derive(Deserialize)]
pub(super) struct Figure {
    version: u32,
    pub(super) title: String,
    /// Of `median`, `low` and `high`.
    pub(super) unit: String,
    #[serde(flatten)]
    pub(super) origin: Origin,
    /// The command that measures it again.
    pub(super) bench: String,
    pub(super) rows: Vec<Row>,
}

/// One benchmark: a median, between the ends of its confidence interval.
#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) samples: u64,
    /// The benchmark of the same run that this one is compared with.
    pub(super) baseline: Option<String>,
    pub(super) ratio: Option<f64>,
    pub(super) ratio_low: Option<f64>,
    pub(super) ratio_high: Option<f64>,
    /// Of each sample; figures recorded before they were kept have none.
    #[serde(default)]
    pub(super) times: Vec<f64>,
}

/// How many times its baseline a row takes.
#[derive(Clone, Copy)]
pub(super) struct Ratio<'a> {
    pub(super) baseline: &'a str,
    pub(super) middle: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Row {
    pub(super) fn ratio(&self) -> Option<Ratio<'_>> {
        Some(Ratio {
            baseline: self.baseline.as_deref()?,
            middle: self.ratio?,
            low: self.ratio_low?,
            high: self.ratio_high?,
        })
    }
}

impl Figure {
    /// The row that has this name, if its baseline is the same.
    pub(super) fn same(&self, row: &Row) -> Option<&Row> {
        let is_same = |it: &&Row| it.name == row.name && it.baseline == row.baseline;
        self.rows.iter().find(is_same)
    }

    pub(super) fn read(json: &str) -> Result<Self> {
        let figure: Self = serde_json::from_str(json)?;
        ensure!(figure.version == 1, "unknown version {}", figure.version);
        ensure!(!figure.rows.is_empty(), "there are no rows");
        for row in &figure.rows {
            let name = &row.name;
            ensure!(
                row.low > 0.0 && row.low <= row.median && row.median <= row.high,
                "{name:?}: not 0 < low <= median <= high"
            );
            ensure!(
                row.times.iter().all(|time| *time > 0.0),
                "{name:?}: a sample took no time"
            );
            if let Some(baseline) = &row.baseline {
                ensure!(
                    figure.rows.iter().any(|row| row.name == *baseline),
                    "{name:?}: its baseline {baseline:?} is not there"
                );
                let in_order = row.ratio().is_some_and(|ratio| {
                    ratio.low > 0.0 && ratio.low <= ratio.middle && ratio.middle <= ratio.high
                });
                ensure!(
                    in_order,
                    "{name:?}: not 0 < ratio_low <= ratio <= ratio_high"
                );
            }
        }
        Ok(figure)
    }
}
