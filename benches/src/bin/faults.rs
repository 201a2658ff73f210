//! What is still held when a step fails, by hand and by guard.
//!
//! ```text
//! cargo run --release -p benches --bin faults
//! ```

fn main() {
    benches::release::faults::table().leave();
}
