//! Lays out the wrong solutions that the examples run.

use std::path::Path;

fn main() {
    patches::out::write(Path::new("."), "load_then_store");
    patches::out::write(Path::new("."), "remainder_lost");
}
