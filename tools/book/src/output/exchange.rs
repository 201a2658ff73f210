//! Puts a file or a folder in the place of another.

use std::fs;
use std::io;
use std::path::Path;

/// Puts `new` in the place of `target`, if there is one. What was there is removed, or left at `new` or `old`.
///
/// On Linux and macOS this is a single step: there is no moment without a `target`. On Windows, and on file systems
/// that cannot exchange two folders, it takes two. A process that is ended between them has moved what was there to
/// `old`.
pub(super) fn replace(target: &Path, new: &Path, old: &Path) -> io::Result<()> {
    // Of files, and of a folder where none is, every system can do it in one step.
    if !target.is_dir() {
        return fs::rename(new, target);
    }
    if exchange(new, target).is_ok() {
        return Ok(());
    }
    fs::rename(target, old)?;
    fs::rename(new, target).inspect_err(|_| {
        let _ = fs::rename(old, target);
    })
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
