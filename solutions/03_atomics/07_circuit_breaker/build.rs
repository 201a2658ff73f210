//! Lays out the wrong solutions that the examples run.

use std::path::Path;

fn main() {
    patches::out::write(Path::new("."), "epoch_begins_with_closing");
}
