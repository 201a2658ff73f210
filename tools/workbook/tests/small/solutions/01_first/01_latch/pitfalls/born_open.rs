// Pitfall: it is open from the start.
// Caught by: behaviour::is_shut_at_first
// Because: nobody has opened it
// Lesson: Remember it.

pub struct Latch {
    open: bool,
}

impl Default for Latch {
    fn default() -> Self {
        Self { open: true }
    }
}

impl Latch {
    pub fn open(&mut self) {
        self.open = true;
    }

    pub fn is_open(&self) -> bool {
        self.open
    }
}
