//! A sign of life, from the process of a test to its watcher: a byte more in a file.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

/// More often than this need not be said that something moves.
const EVERY: Duration = Duration::from_millis(100);

/// Something has moved in this test. Costs next to nothing, and does nothing in a process that nobody watches.
pub(crate) fn pulse() {
    struct Pulse {
        file: File,
        began: Instant,
        /// In milliseconds after that.
        next: AtomicU64,
    }
    static PULSE: OnceLock<Option<Pulse>> = OnceLock::new();

    let pulse = PULSE.get_or_init(|| {
        let files = env::var_os(super::CHILD)?;
        let path = Path::new(&files).with_added_extension(EXTENSION);
        let file = OpenOptions::new().append(true).create(true).open(path);
        Some(Pulse {
            file: file.ok()?,
            began: Instant::now(),
            next: AtomicU64::new(0),
        })
    });
    let Some(pulse) = pulse else { return };
    let now = pulse.began.elapsed().as_millis() as u64;
    if now >= pulse.next.load(Ordering::Relaxed) {
        let next = now + EVERY.as_millis() as u64;
        pulse.next.store(next, Ordering::Relaxed);
        // What cannot be said cannot be helped.
        let _ = (&pulse.file).write_all(b".");
    }
}

const EXTENSION: &str = "pulse";

/// How often the test with these files has moved.
pub(super) fn count(files: &Path) -> u64 {
    fs::metadata(files.with_added_extension(EXTENSION)).map_or(0, |data| data.len())
}
