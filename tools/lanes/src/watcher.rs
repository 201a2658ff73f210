//! What the process of a test knows of the process that watches it: that there is one, and how to show it a sign of life, a
//! byte more in a file.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Set in the process of a test: how the names of its files begin.
pub(crate) const FILES: &str = "LANES_VERDICT";
/// Set by somebody who wants to have all tests in one process.
pub(crate) const UNWATCHED: &str = "LANES_UNWATCHED";
/// More often than this need not be said that something moves.
const EVERY: Duration = Duration::from_millis(100);

/// Whether this process was started for one test.
pub(crate) fn is_there() -> bool {
    env::var_os(FILES).is_some()
}

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
        let files = env::var_os(FILES)?;
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).open(path(files.as_ref()));
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

/// How often the test with these files has moved.
pub(crate) fn pulses(files: &Path) -> u64 {
    fs::metadata(path(files)).map_or(0, |data| data.len())
}

fn path(files: &Path) -> PathBuf {
    files.with_added_extension("pulse")
}
