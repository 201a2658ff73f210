//! A file: opened, read and closed.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::time::{Duration, Instant};

use benches::release::work;

pub(crate) fn file_by_guard(path: &Path) -> u8 {
    let mut file = File::open(path).expect("it is there");
    work();
    read_one_byte(&mut file)
}

/// A file that stays open unless we close it.
pub(crate) fn file_by_hand(path: &Path) -> u8 {
    let mut file = ManuallyDrop::new(File::open(path).expect("it is there"));
    work();
    let byte = read_one_byte(&mut file);
    // SAFETY: this is the only drop, and the file is not used afterwards.
    unsafe { ManuallyDrop::drop(&mut file) };
    byte
}

fn read_one_byte(file: &mut File) -> u8 {
    let mut byte = [0];
    file.read_exact(&mut byte).expect("it is long enough");
    byte[0]
}

pub(crate) fn files(rounds: u64, round: impl Fn(&Path) -> u8) -> Duration {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("one");
    fs::write(&path, [1]).expect("the directory is ours");
    let open_before = open_files();
    let mut sum = 0;
    let start = Instant::now();
    for _ in 0..rounds {
        sum += u64::from(round(black_box(&path)));
    }
    let elapsed = start.elapsed();
    assert_eq!(sum, rounds, "the sum of the bytes");
    assert_eq!(open_files(), open_before, "files that are still open");
    elapsed
}

/// How many files this process has open; `None` where the system does not tell.
fn open_files() -> Option<usize> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count())
}
