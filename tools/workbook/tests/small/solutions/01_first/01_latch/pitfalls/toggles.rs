// Pitfall: it toggles.
// Caught by: behaviour::opening_twice_is_opening
// Because: the second call has shut it
// Lesson: Remember it.

pub struct Latch {
    open: bool,
}

impl Default for Latch {
    fn default() -> Self {
        Self { open: false }
    }
}

impl Latch {
    pub fn open(&mut self) {
        self.open = !self.open;
    }

    pub fn is_open(&self) -> bool {
        self.open
    }
}
