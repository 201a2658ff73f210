//! Tells when the sources of the book change.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::{Context, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// An editor writes a file in several steps, and `git checkout` many files: wait until it is quiet.
const QUIET: Duration = Duration::from_millis(150);

/// Watches some folders for as long as it lives.
pub(crate) struct Changes {
    happened: Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl Changes {
    /// Starts to watch. A folder that does not exist is left out.
    pub(crate) fn of(folders: &[PathBuf]) -> Result<Self> {
        let (tell, happened) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Reading is an event too, and a build reads everything it watches.
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _ = tell.send(());
            }
        })?;
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            watcher
                .watch(folder, RecursiveMode::Recursive)
                .with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        Ok(Self {
            happened,
            _watcher: watcher,
        })
    }

    /// Waits for a change, and then until nothing has changed for a moment.
    pub(crate) fn wait(&self) -> Result<()> {
        self.happened.recv().context("the watcher has stopped")?;
        while self.happened.recv_timeout(QUIET).is_ok() {}
        Ok(())
    }
}
