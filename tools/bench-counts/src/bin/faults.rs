//! What is still held when a step fails, by hand and by guard.
//!
//! ```text
//! cargo run --release -p bench-counts --bin faults
//! ```

use bench_kit::Table;
use benches::release::faults::{Left, Step, inject};

fn main() {
    table().leave();
}

/// What was left held, a row for each primitive.
fn table() -> Table {
    let mut table = Table::new(
        "faults",
        "Seven steps, each of which fails once: how often it is still held afterwards",
        "cargo run --release -p bench-counts --bin faults",
        [
            "what",
            "by hand, at the end",
            "by hand, before each return and ?",
            "by guard",
        ],
    )
    .with_crate("crossbeam-epoch")
    .with_crate("parking_lot");
    for Left { name, steps } in inject() {
        let of = Step::ALL.len();
        let cells = steps.map(|steps| format!("{} of {of}", steps.len()));
        table.row([name.to_owned()].into_iter().chain(cells));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_each_primitive() {
        let table = table();
        assert_eq!(table.rows.len(), 11);
        let row = ["spin lock", "7 of 7", "2 of 7", "0 of 7"];
        assert!(table.rows.iter().any(|cells| cells == &row), "{table}");
    }
}
