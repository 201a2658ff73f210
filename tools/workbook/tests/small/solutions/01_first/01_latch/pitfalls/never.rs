// Pitfall: it never opens.
// Caught by: models::opens_in_every_schedule
// Because: there is a schedule
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
        self.open &= true;
    }

    pub fn is_open(&self) -> bool {
        self.open
    }
}
