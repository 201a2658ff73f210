//! Lays out the wrong solutions that the examples run.

use std::path::Path;

fn main() {
    patches::out::write(Path::new("."), "locks_twice");
}
