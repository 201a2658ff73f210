//! `cargo workbook doctor`

mod machine;
mod toolchain;
mod tools;

use serde::Serialize;

use crate::catalogue::Workbook;
use crate::failure::{Failure, Verdict};
use crate::out;
use crate::prose::{BAD, BOLD, GOOD, WARN, indent};

/// Look whether this machine is ready, and say what to do where it is not
#[derive(clap::Args)]
#[command(after_help = "\
Required are: the toolchain, a lock file that fits, disk space, and the right to write. Exit code 1 says
that one of these is missing. What is in order is not listed, and what only maintainers use neither, but with
--maintainer.

Examples:
  cargo workbook doctor
  cargo workbook doctor --offline --json    (a classroom without a network)")]
pub(crate) struct Doctor {
    /// Require that it will work without a network
    #[arg(long)]
    offline: bool,
    /// Everything that was looked at, and the programs that only maintainers use
    #[arg(long)]
    maintainer: bool,
    /// Print JSON, for a program to read
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    name: &'static str,
    level: Level,
    found: String,
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    todo: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Good,
    /// It works without.
    Notice,
    /// It does not work without.
    Missing,
}

impl Finding {
    fn good(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            level: Level::Good,
            found: found.into(),
            todo: None,
        }
    }

    fn bad(
        name: &'static str,
        level: Level,
        found: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Self {
            name,
            level,
            found: found.into(),
            todo: Some(todo.into()),
        }
    }
}

#[derive(Serialize)]
struct Diagnosis {
    version: u32,
    ready: bool,
    findings: Vec<Finding>,
}

impl Doctor {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        let mut findings = toolchain::look(workbook, self.offline);
        findings.extend(machine::look(workbook));
        if self.maintainer {
            findings.extend(tools::look());
        }
        let ready = findings
            .iter()
            .all(|finding| finding.level != Level::Missing);
        let diagnosis = Diagnosis {
            version: 1,
            ready,
            findings,
        };
        if self.json {
            let json = serde_json::to_string_pretty(&diagnosis).expect("it has only string keys");
            out::println!("{json}");
        } else {
            print(&diagnosis, self.maintainer);
        }
        Ok(Verdict::of(ready))
    }
}

/// What there is to do; what is in order as well, for a maintainer.
fn print(diagnosis: &Diagnosis, all: bool) {
    let mut shown = 0;
    for Finding {
        name,
        level,
        found,
        todo,
    } in &diagnosis.findings
    {
        if *level == Level::Good && !all {
            continue;
        }
        shown += 1;
        let (style, mark) = match level {
            Level::Good => (GOOD, '✓'),
            Level::Notice => (WARN, '!'),
            Level::Missing => (BAD, '✗'),
        };
        let found = indent(found, 15);
        out::println!("{style}{mark}{style:#} {name:12} {}", found.trim());
        if let Some(todo) = todo.as_ref().filter(|_| *level != Level::Good) {
            out::println!("               {BOLD}→{BOLD:#} {todo}");
        }
    }
    if shown > 0 {
        out::println!("");
    }
    if diagnosis.ready {
        out::println!("{GOOD}Ready.{GOOD:#} Begin with `cargo workbook next`.");
    } else {
        out::println!("{BAD}Not ready:{BAD:#} see the lines marked ✗.");
    }
}
