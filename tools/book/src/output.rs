//! Where a build puts what it makes: beside what is there, and in its place only once all of it is done. A build that
//! fails, or is killed, leaves what was there.
//!
//! While `NAME` is made there is a folder `NAME.being-built` beside it, on the same file system. Its lock is held by
//! the one process that builds; what a killed one has left in it is removed by the next.

mod exchange;
pub(crate) mod folder;
pub(crate) mod pdf;

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use same_file::Handle;

use crate::log::tell;

/// Tells that a folder is one of ours, and is locked for as long as a build goes on.
const LOCK: &str = "cargo-book.lock";

/// How long another build may take before we say that we wait for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// The right to replace a file or a folder: no other process has it at the same time.
pub(crate) struct Output {
    target: PathBuf,
    /// The folder beside it.
    work: PathBuf,
    /// Unlocked when it is closed, however this process ends.
    _lock: File,
}

impl Output {
    /// Waits until no other process builds `target`, and puts in order what a killed one has left.
    pub(crate) fn claim(target: &Path) -> Result<Self> {
        let target = resolved(target)?;
        let name = target.file_name().with_context(|| {
            format!("{} has no name that something could take", target.display())
        })?;
        let mut beside = name.to_owned();
        beside.push(".being-built");
        let work = target.with_file_name(beside);
        let parent = target.parent().unwrap_or(&target);
        let cannot = || {
            format!(
                "cannot write in {}; name another place with --out",
                parent.display()
            )
        };
        fs::create_dir_all(parent).with_context(cannot)?;
        let lock = lock(&work).with_context(cannot)?;
        let output = Self {
            target,
            work,
            _lock: lock,
        };
        output.recover()?;
        Ok(output)
    }

    /// What is going to be replaced.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Where to make what takes its place.
    pub(crate) fn made(&self) -> PathBuf {
        self.work.join("new")
    }

    /// A place for what is needed on the way.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.work.join("scratch")
    }

    /// Puts what was made in the place of what was there.
    pub(crate) fn publish(self) -> Result<()> {
        exchange::replace(&self.target, &self.made(), &self.old()).with_context(|| {
            format!(
                "cannot put what was built in the place of {}",
                self.target.display()
            )
        })
    }

    /// What was there, where a file system cannot put one folder in the place of another in a single step.
    fn old(&self) -> PathBuf {
        self.work.join("old")
    }

    /// Puts back what a killed process had moved away, and removes what it had begun.
    fn recover(&self) -> Result<()> {
        if self.old().exists() && !self.target.exists() {
            fs::rename(self.old(), &self.target)
                .with_context(|| format!("cannot put back {}", self.old().display()))?;
            tell(format_args!(
                "put back {}, which a build that was ended had moved away",
                self.target.display()
            ));
        }
        self.clear().with_context(|| {
            format!(
                "cannot remove what an earlier build has left in {}",
                self.work.display()
            )
        })
    }

    /// Removes everything but the lock.
    fn clear(&self) -> io::Result<()> {
        for path in [self.made(), self.scratch(), self.old()] {
            let removed = match path.is_dir() {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next build. The lock comes last: without it, what is left
        // would not be known to be ours.
        let _ = self
            .clear()
            .and_then(|()| fs::remove_file(self.work.join(LOCK)))
            .and_then(|()| fs::remove_dir(&self.work));
    }
}

/// `path` from the root; of a link, what it leads to.
fn resolved(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match path.is_symlink() {
        true => path
            .canonicalize()
            .with_context(|| format!("{} is a link that leads nowhere", path.display())),
        false => Ok(path),
    }
}

/// Makes the folder `work`, and locks it.
fn lock(work: &Path) -> Result<File> {
    let path = work.join(LOCK);
    loop {
        match fs::create_dir(work) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        ensure!(
            path.is_file() || folder::is_empty(work)?,
            "{} is in the way, and no build has put it there: move it away",
            work.display()
        );
        let opened = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = match opened {
            // Another process has just removed the folder: it is done.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            opened => opened?,
        };
        wait_for(&file, work)?;
        // The process that we have waited for may have removed the file that we had opened.
        let held = Handle::from_file(file.try_clone()?)?;
        if Handle::from_path(&path).is_ok_and(|there| there == held) {
            return Ok(file);
        }
    }
}

fn wait_for(file: &File, work: &Path) -> Result<()> {
    let started = Instant::now();
    let mut is_said = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => {}
            // A file system without locks, as some network's are: then two builds at once are not kept apart.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                return Ok(());
            }
            Err(TryLockError::Error(error)) => bail!(error),
        }
        if started.elapsed() > PATIENCE && !is_said {
            tell(format_args!(
                "waiting for another `cargo book`, which has locked {}",
                work.display()
            ));
            is_said = true;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
