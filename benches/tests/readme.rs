//! The README quotes what was recorded. Who records again has to quote again.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// What the README says of a primitive, from the recorded figure and tables.
fn line(primitive: &str, figure: &Value, instructions: &Value, faults: &Value) -> String {
    let rows = figure["rows"].as_array().expect("a figure has rows");
    let by_guard = format!("{primitive}, by guard");
    let row = rows.iter().find(|row| row["name"] == *by_guard);
    let row = row.unwrap_or_else(|| panic!("nobody has timed {primitive:?}"));
    let number = |key: &str| row[key].as_f64().expect("a row by guard has a ratio");
    let (ratio, low, high) = (number("ratio"), number("ratio_low"), number("ratio_high"));
    let counted = cells(instructions, primitive);
    let held: Vec<_> = cells(faults, primitive)[1..]
        .iter()
        .map(|cell| cell.trim_end_matches(" of 7").to_owned())
        .collect();
    format!(
        "| {primitive} | {ratio:.2} ({low:.2} to {high:.2}) | {} | {} | {} |",
        counted[1],
        counted[2],
        held.join(" | ")
    )
}

/// The cells of a table's row.
fn cells<'a>(table: &'a Value, first: &str) -> Vec<&'a str> {
    let rows = table["rows"].as_array().expect("a table has rows");
    let row = rows.iter().find(|row| row[0] == first);
    let row = row.unwrap_or_else(|| panic!("{first:?} is in no row of {}", table["title"]));
    let cells = row.as_array().expect("a row has cells");
    cells.iter().filter_map(Value::as_str).collect()
}

#[test]
fn the_readme_quotes_the_recording() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.parent().expect("the repository");
    let read = |path: &str| -> Value {
        let bytes = fs::read(root.join("book/data").join(path)).expect("it is recorded");
        serde_json::from_slice(&bytes).expect("the recorder writes JSON")
    };
    let figure = read("figures/the_measured_answer/guard_or_manual.json");
    let instructions = read("tables/the_measured_answer/instructions.json");
    let faults = read("tables/the_measured_answer/faults.json");
    let readme = fs::read_to_string(root.join("README.md")).expect("there is a README");

    for row in instructions["rows"].as_array().expect("a table has rows") {
        let primitive = row[0].as_str().expect("cells are text");
        let line = line(primitive, &figure, &instructions, &faults);
        assert!(
            readme.contains(&line),
            "README.md should say what was recorded:\n{line}"
        );
    }
}
