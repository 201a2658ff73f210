//! One run of `cargo test`: how long it took, and what its models explored.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::copy::{self, Copy};

/// A time too short for a rate: models say how long they took in whole milliseconds.
const TOO_SHORT: Duration = Duration::from_millis(20);

pub(crate) struct Verdict {
    /// From the command to its end.
    pub(crate) time: Duration,
    /// What the models did, if there are any.
    pub(crate) models: Option<Models>,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Models {
    pub(crate) count: usize,
    pub(crate) executions: u64,
    /// The sum of what each took. They run beside each other, as many as the machine has processors.
    time: Duration,
}

impl Verdict {
    /// `cargo test -p PACKAGE`.
    pub(crate) fn on(copy: &Copy, package: &str) -> Result<Self> {
        let reports = copy.reports()?;
        let mut test = copy.command(&["test", "--locked", "-p", package]);
        test.env("LANES_DIR", &reports);
        let time = time(test)?;
        let models = Models::read(&reports).with_context(|| format!("the reports of {package}"))?;
        Ok(Self { time, models })
    }

    /// `cargo test`. The tools' tests make reports of their own, some of them about models that fail: none is asked for.
    pub(crate) fn on_everything(copy: &Copy) -> Result<Self> {
        let time = time(copy.command(&["test", "--locked"]))?;
        Ok(Self { time, models: None })
    }
}

fn time(command: Command) -> Result<Duration> {
    let start = Instant::now();
    let ended = copy::run(command)?;
    let time = start.elapsed();
    ended.expect_success()?;
    Ok(time)
}

impl Models {
    /// Adds up the reports in a folder.
    fn read(reports: &Path) -> Result<Option<Self>> {
        /// What `lanes` writes, as far as it is needed here.
        #[derive(Deserialize)]
        struct Report {
            executions: u64,
            elapsed_ms: u64,
        }

        let mut models = Self::default();
        for entry in reports.read_dir()? {
            let path = entry?.path();
            let report: Report = serde_json::from_slice(&fs::read(&path)?)
                .with_context(|| format!("cannot understand {}", path.display()))?;
            models.count += 1;
            models.executions += report.executions;
            models.time += Duration::from_millis(report.elapsed_ms);
        }
        Ok((models.count > 0).then_some(models))
    }

    /// Executions a second, to two digits; none if there was too little to do.
    pub(crate) fn per_second(&self) -> Option<String> {
        if self.time < TOO_SHORT {
            return None;
        }
        let rate = self.executions as f64 / self.time.as_secs_f64();
        let step = 10_f64.powi(rate.max(1.0).log10() as i32 - 1);
        Some(format!("{:.0}", (rate / step).round() * step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_added_up() {
        let dir = tempfile::tempdir().expect("a folder");
        let report = |name: &str, json: &str| {
            fs::write(dir.path().join(name), json).expect("it can be written")
        };
        assert_eq!(
            Models::read(dir.path()).expect("no report is no error"),
            None
        );
        report(
            "one.json",
            r#"{ "model": "models::one", "outcome": "pass", "executions": 40, "elapsed_ms": 20 }"#,
        );
        report(
            "two.json",
            r#"{ "model": "models::two", "outcome": "pass", "executions": 2, "elapsed_ms": 10 }"#,
        );
        let models = Models::read(dir.path())
            .expect("two reports")
            .expect("some models");
        let both = Models {
            count: 2,
            executions: 42,
            time: Duration::from_millis(30),
        };
        assert_eq!(models, both);
        assert_eq!(models.per_second().as_deref(), Some("1400"));
    }

    #[test]
    fn a_blink_is_too_short_for_a_rate() {
        let models = Models {
            count: 1,
            executions: 30,
            time: Duration::from_millis(19),
        };
        assert_eq!(models.per_second(), None);
    }

    #[test]
    fn a_rate_has_two_digits() {
        let rate = |executions| {
            let models = Models {
                count: 1,
                executions,
                time: Duration::from_secs(10),
            };
            models.per_second().expect("long enough")
        };
        assert_eq!(rate(123_456), "12000");
        assert_eq!(rate(126_000), "13000");
        assert_eq!(rate(40), "4");
    }
}
