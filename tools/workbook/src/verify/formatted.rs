//! Every pitfall and alternative is formatted, as the solution is: or a difference would be of spaces, too.

use std::path::PathBuf;
use std::process::Command;

use super::Room;
use super::proof::Row;
use crate::catalogue::Workbook;

/// Where rustfmt would change something.
pub(super) struct Place {
    /// The path of the file in the mirror, as rustfmt says it.
    file: String,
    line: usize,
}

/// Asks rustfmt about `files`. Nothing is found where it is not installed, and stderr says so.
pub(super) fn find(workbook: &Workbook, files: &[PathBuf]) -> Vec<Place> {
    let mut places = Vec::new();
    // A command line has a limit; a hundred paths are below that of every system.
    for files in files.chunks(100) {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.args(["--check", "--edition", "2024"]);
        let config = workbook.root.join("rustfmt.toml");
        if config.is_file() {
            rustfmt.arg("--config-path").arg(config);
        }
        rustfmt.args(files);
        let Ok(output) = rustfmt.output() else {
            anstream::eprintln!(
                "rustfmt did not start, so nothing is said about formatting: `rustup component add rustfmt`"
            );
            break;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() && said.is_empty() {
            // Not about how a file is formatted. What does not parse, the compiler will name, too.
            anstream::eprint!("{}", String::from_utf8_lossy(&output.stderr));
        }
        places.extend(said.lines().filter_map(place));
    }
    places
}

/// Notes in `row` which differences leave a file that is not formatted.
pub(super) fn judge(room: &Room<'_>, row: &mut Row) {
    let pitfalls = room
        .pitfalls
        .iter()
        .map(|it| ("pitfall", &it.name, &it.file));
    let alternatives = room.alternatives.iter();
    let alternatives = alternatives.map(|it| ("alternative", &it.name, &it.file));
    for (kind, name, file) in pitfalls.chain(alternatives) {
        let package = format!("/{}/{kind}-{name}/", room.exercise.name);
        let place = room
            .unformatted
            .iter()
            .find(|place| place.file.contains(&package));
        if let Some(Place { file: path, line }) = place {
            let source = path
                .split_once(&package)
                .map_or(path.as_str(), |(_, it)| it);
            row.problem(
                room.say(file),
                format!("leaves {source} not formatted, near line {line}"),
                format!(
                    "`cargo workbook pitfall {} --edit {name}`, `cargo fmt`, and `cargo workbook pitfall {0} {name}`",
                    room.exercise.name
                ),
            );
        }
    }
}

/// `Diff in PATH:LINE:`
fn place(line: &str) -> Option<Place> {
    let place = line.strip_prefix("Diff in ")?.trim_end_matches(':');
    let (file, line) = place.rsplit_once(':')?;
    Some(Place {
        file: file.replace('\\', "/"),
        line: line.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rustfmt_says_is_read() {
        let found = place("Diff in C:\\my work\\lock\\pitfall-race\\src\\lock.rs:12:").unwrap();
        assert_eq!(found.file, "C:/my work/lock/pitfall-race/src/lock.rs");
        assert_eq!(found.line, 12);
        assert!(place("     fn a() {").is_none());
    }
}
