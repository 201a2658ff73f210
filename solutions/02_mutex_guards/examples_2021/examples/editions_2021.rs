//! `editions.rs` of the package next door, compiled as edition 2021.

#[path = "../../examples/examples/editions.rs"]
mod editions;

fn main() {
    editions::main();
}
