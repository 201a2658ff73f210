//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.
//!
//! Nothing here sleeps: each test says itself what time it is.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The ring, for the same copy.
#[allow(
    dead_code,
    unreachable_pub,
    clippy::len_without_is_empty,
    reason = "a copy: the library is linted once"
)]
mod ring {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ring.rs"));
}

/// A moment, or a length of time.
fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Where the sinks of these tests write. It can be broken, and mended.
#[derive(Clone, Default)]
struct Store {
    batches: Arc<Mutex<Vec<Vec<u32>>>>,
    broken: Arc<AtomicBool>,
}

/// What the sink of a broken store says.
#[derive(Debug, PartialEq)]
struct Broken;

impl Store {
    fn sink(&self) -> impl FnMut(&[u32]) -> Result<(), Broken> + Send + use<> {
        let store = self.clone();
        move |batch: &[u32]| {
            if store.broken.load(Ordering::Relaxed) {
                return Err(Broken);
            }
            store.batches.lock().unwrap().push(batch.to_vec());
            Ok(())
        }
    }

    fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    /// The batches that were written since the last call.
    fn take(&self) -> Vec<Vec<u32>> {
        std::mem::take(&mut self.batches.lock().unwrap())
    }
}
