// Pitfall: it forgets.
// Caught by: behaviour::opens
// Because: it is still shut
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
        self.open = false;
    }

    pub fn is_open(&self) -> bool {
        self.open
    }
}
