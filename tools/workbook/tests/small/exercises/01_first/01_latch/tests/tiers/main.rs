mod behaviour;
mod models;

mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/latch.rs"));
}
