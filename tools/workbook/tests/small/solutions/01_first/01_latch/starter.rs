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
        todo!("remember that it is open")
    }

    /// Is it open?
    pub fn is_open(&self) -> bool {
        self.open
    }
}
