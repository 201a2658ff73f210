//! For the examples of chapter 1 that belong to no exercise: they lie in `examples/`, each with what it prints.

/// A value that says when it is dropped.
// ANCHOR: noisy
pub struct Noisy(pub &'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}
// ANCHOR_END: noisy
