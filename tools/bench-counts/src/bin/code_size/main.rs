//! What guards cost in code: the size of the functions that give back by guard and by hand, once built to unwind and
//! once to abort, and the instructions of a round in both.
//!
//! A guard has to be given back when a panic passes by. For that the compiler adds a landing pad to the function, and
//! tables that lead to it. With `panic = "abort"` no panic passes by, and both are left out.

mod binary;
mod build;

use std::process::ExitCode;

use anyhow::{Context, Result};
use bench_counts::Valgrind;
use bench_counts::cases::{By, ROUNDS, per_round};
use bench_kit::Table;

use crate::binary::Binary;
use crate::build::{Build, Panic, Place};

const COMMAND: &str = "cargo run --release -p bench-counts --bin code_size";

/// The parts of a program that guards have a share in.
const SECTIONS: [(&str, &str); 3] = [
    (".text", "code"),
    (".eh_frame", "how to unwind each function"),
    (".gcc_except_table", "where its landing pads are"),
];

/// The columns of a table with a value for each build and each way.
const COLUMNS: [&str; 5] = [
    "what",
    "unwind, by hand",
    "unwind, by guard",
    "abort, by hand",
    "abort, by guard",
];

fn main() -> ExitCode {
    if cfg!(not(target_os = "linux")) {
        eprintln!("The size of code is left out: it is read from programs as Linux has them.");
        return ExitCode::SUCCESS;
    }
    match code_size() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn code_size() -> Result<()> {
    let [unwind, abort] = [Panic::Unwind, Panic::Abort].map(Build::new);
    let builds = [unwind?, abort?];
    let binaries = [
        Binary::read(builds[0].program())?,
        Binary::read(builds[1].program())?,
    ];
    let places = [builds[0].places()?, builds[1].places()?];
    sizes(&binaries, &places)?.leave();
    sections(&binaries).leave();
    if let Some(valgrind) = Valgrind::find() {
        let names = places[0].iter().map(|place| place.name.as_str());
        instructions(&builds, names, &valgrind)?.leave();
    }
    Ok(())
}

/// The bytes of every primitive's two functions.
fn sizes(binaries: &[Binary; 2], places: &[Vec<Place>; 2]) -> Result<Table> {
    let title = "Bytes of code of the function that takes, works and gives back";
    let mut table = Table::new("code_size", title, COMMAND, COLUMNS);
    for (row, place) in places[0].iter().enumerate() {
        let mut cells = vec![place.name.clone()];
        for (binary, places) in binaries.iter().zip(places) {
            let place = &places[row];
            for offset in [place.by_hand, place.by_guard] {
                let size = binary.size_at(offset);
                cells.push(
                    size.with_context(|| format!("{}: no function is there", place.name))?
                        .to_string(),
                );
            }
        }
        table.row(cells);
    }
    Ok(table)
}

/// The bytes of the whole program.
fn sections([unwind, abort]: &[Binary; 2]) -> Table {
    let title = "Bytes of a program that does all of it, with the standard library's share, which is always built to unwind";
    let mut table = Table::new(
        "sections",
        title,
        COMMAND,
        ["section", "unwind", "abort", "difference"],
    );
    for (name, what) in SECTIONS {
        let (unwind, abort) = (unwind.section(name), abort.section(name));
        table.row([
            format!("{name}: {what}"),
            unwind.to_string(),
            abort.to_string(),
            (unwind as i64 - abort as i64).to_string(),
        ]);
    }
    table
}

/// Instructions of a round, where nothing panics.
fn instructions<'a>(
    builds: &[Build; 2],
    names: impl Iterator<Item = &'a str>,
    valgrind: &Valgrind,
) -> Result<Table> {
    let title =
        "Instructions of a round in which nothing panics, built to unwind and built to abort";
    let mut table = Table::new("instructions_by_panic", title, COMMAND, COLUMNS)
        .with_version("valgrind", valgrind.version());
    for name in names {
        eprintln!("{name}");
        let mut cells = vec![name.to_owned()];
        for build in builds {
            for by in By::BOTH {
                let count = |rounds| build.count(valgrind, name, by, rounds);
                cells.push(per_round(count(ROUNDS)?, count(2 * ROUNDS)?));
            }
        }
        table.row(cells);
    }
    Ok(table)
}
