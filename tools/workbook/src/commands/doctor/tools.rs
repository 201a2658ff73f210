//! Programs that are good to have. Nothing that a learner does needs them.

use std::process::{Command, Stdio};

use super::{Finding, Level};

struct Tool {
    name: &'static str,
    /// Its names on different systems, and how it is asked for its version.
    programs: &'static [&'static str],
    ask: &'static str,
    what_for: &'static str,
    install: &'static str,
}

const TOOLS: [Tool; 4] = [
    Tool {
        name: "just",
        programs: &["just"],
        ask: "--version",
        what_for: "short names for everyday commands",
        install: "`cargo install just`; or type the cargo commands that the justfile names",
    },
    Tool {
        name: "mdbook",
        programs: &["mdbook"],
        ask: "--version",
        what_for: "`mdbook build book`, which `cargo book build` does without it",
        install: "`cargo install mdbook`, if you prefer it",
    },
    Tool {
        name: "go",
        programs: &["go"],
        ask: "version",
        what_for: "the benchmarks beside which Go's figures stand",
        install: "https://go.dev/dl; without it those figures are left out",
    },
    Tool {
        name: "chromium",
        programs: &["chromium", "chromium-browser", "google-chrome", "chrome"],
        ask: "--version",
        what_for: "the tests of the book's pages in a browser",
        install: "your system's package manager; only maintainers need it",
    },
];

pub(super) fn look() -> Vec<Finding> {
    TOOLS.iter().map(look_for).collect()
}

fn look_for(tool: &Tool) -> Finding {
    match tool
        .programs
        .iter()
        .find_map(|program| version(program, tool.ask))
    {
        Some(version) => Finding::good(tool.name, version),
        None => Finding::bad(
            tool.name,
            Level::Notice,
            format!("not found; it is for {}", tool.what_for),
            tool.install,
        ),
    }
}

/// The first line of what `program` says of its version.
fn version(program: &str, ask: &str) -> Option<String> {
    let output = Command::new(program)
        .arg(ask)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| said.lines().next().unwrap_or("").trim().to_owned())
}
