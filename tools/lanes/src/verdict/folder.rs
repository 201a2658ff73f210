//! Where the files of a run lie, and that none is left.
//!
//! A run has a folder of its own, and holds a lock on a file in it for as long as it goes on. A run that was killed leaves
//! its folder behind, and no lock: the next run removes it.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

const NAME: &str = "lanes-verdict-";
const LOCK: &str = "lock";

/// The folder of this run. It goes with this value.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Below `target_tmp`, which is cargo's folder for the files of tests; or among the system's temporary files.
    pub(super) fn new(target_tmp: Option<&str>) -> io::Result<Self> {
        target_tmp
            .map(Path::new)
            .and_then(|parent| Self::below(parent).ok())
            .map_or_else(|| Self::below(&env::temp_dir()), Ok)
    }

    fn below(parent: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        remove_left_behind(parent);
        let mut count = 0;
        loop {
            let path = parent.join(format!("{NAME}{}-{count}", process::id()));
            match fs::create_dir(&path).and_then(|()| File::create_new(path.join(LOCK))) {
                // Another run that clears up may be quicker: then this folder is gone.
                Ok(lock) if lock.try_lock().is_ok() => return Ok(Self { path, _lock: lock }),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(_) if count < 3 => {}
                Err(error) => return Err(error),
            }
            count += 1;
        }
    }

    /// The beginning of the names of one test's files.
    pub(super) fn of_test(&self, number: usize) -> PathBuf {
        self.path.join(number.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed, the next run will try again.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders of runs that are no more.
fn remove_left_behind(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(NAME) {
            continue;
        }
        let path = entry.path();
        match File::open(path.join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => drop(fs::remove_dir_all(&path)),
            Ok(_) => {}
            // Killed before it had a lock: then it has no files, either.
            Err(_) => drop(fs::remove_dir(&path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_removes_what_a_killed_run_left_and_nothing_else() {
        let parent = env::temp_dir().join(format!("lanes-folder-test-{}", process::id()));
        let running = Folder::below(&parent).unwrap();
        let killed = parent.join("lanes-verdict-1-0");
        let other = parent.join("mine");
        for path in [&killed, &other] {
            fs::create_dir(path).unwrap();
            fs::write(path.join("0.out"), "words").unwrap();
            fs::write(path.join(LOCK), "").unwrap();
        }
        let next = Folder::below(&parent).unwrap();
        assert!(!killed.exists(), "nobody holds its lock");
        assert!(running.path.exists() && next.path.exists() && other.exists());
        drop((running, next));
        let left: Vec<_> = fs::read_dir(&parent).unwrap().flatten().collect();
        assert_eq!(left.len(), 1);
        fs::remove_dir_all(&parent).unwrap();
    }
}
