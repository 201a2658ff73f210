//! Explores every schedule of a small concurrent program.

pub mod stress;

/// What `crate::sync` means in a model.
pub mod sync {
    pub use loom::sync::{Condvar, Mutex, MutexGuard};
    pub use loom::{cell, hint, sync::atomic, thread};
    pub use std::sync::Arc;
}

/// Runs `f` under every schedule.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    loom::model(f);
}
