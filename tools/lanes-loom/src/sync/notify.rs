use lanes::sync::{Condvar, Mutex};

/// One notification, which one thread waits for: loom's own type. A `notify` before the `wait` counts.
#[derive(Debug, Default)]
pub struct Notify {
    is_notified: Mutex<bool>,
    changed: Condvar,
}

impl Notify {
    /// Nobody has notified yet.
    #[track_caller]
    pub fn new() -> Self {
        Self {
            is_notified: Mutex::new(false),
            changed: Condvar::new(),
        }
    }

    /// Ends the `wait`, now or later. Several of them count as one until then.
    #[track_caller]
    pub fn notify(&self) {
        *self.is_notified.lock().unwrap() = true;
        self.changed.notify_one();
    }

    /// Blocks until notified, and uses the notification up. It does not end for no reason, as loom's may.
    ///
    /// # Panics
    ///
    /// Never: locks of a model are not poisoned.
    #[track_caller]
    pub fn wait(&self) {
        let mut is_notified = self.is_notified.lock().unwrap();
        while !*is_notified {
            is_notified = self.changed.wait(is_notified).unwrap();
        }
        *is_notified = false;
    }
}
