mod behaviour;
mod models;

lanes::each_test!();

mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/latch.rs"));
}
