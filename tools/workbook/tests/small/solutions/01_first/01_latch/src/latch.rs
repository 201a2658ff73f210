use std::mem;

/// Shut at first; once open, open for ever.
///
/// ```
/// let mut latch = latch::Latch::default();
/// latch.open();
/// assert!(latch.is_open());
/// ```
#[derive(Default)]
pub struct Latch {
    open: bool,
}

impl Latch {
    /// Opens it.
    pub fn open(&mut self) {
        // A helper and an import that the starter does not have.
        open(&mut self.open);
    }

    /// Is it open?
    pub fn is_open(&self) -> bool {
        self.open
    }
}

fn open(latch: &mut bool) {
    let _ = mem::replace(latch, true);
}
