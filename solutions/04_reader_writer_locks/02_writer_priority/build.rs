//! Lays out the wrong solutions that the examples run.

use std::path::Path;

fn main() {
    let here = Path::new(".");
    patches::out::write(here, "readers_first");
    patches::out::write(here, "tells_before_it_goes");
}
