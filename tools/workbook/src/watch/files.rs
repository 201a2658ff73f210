//! Which files of an exercise have changed.
//!
//! Told by the system, where it can; looked at once in a while as well, for there are file systems that tell nothing, and
//! folders that are removed and come back.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::mpsc::Sender;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::events::Event;
use crate::catalogue::Exercise;

/// Tells of changes as long as it lives.
pub(crate) struct Files(
    #[expect(dead_code, reason = "it ends when it is dropped")] Option<RecommendedWatcher>,
);

impl Files {
    /// Watches the folder of the exercise. Whether the system can is no matter: see [`state`].
    pub(crate) fn watch(exercise: &Exercise, events: &Sender<Event>) -> Self {
        let events = events.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // To be read is no change.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _ = events.send(Event::Changed);
            }
        });
        let mut watcher = watcher.ok();
        if let Some(it) = &mut watcher
            && it
                .watch(&exercise.folder(), RecursiveMode::Recursive)
                .is_err()
        {
            watcher = None;
        }
        Self(watcher)
    }
}

/// What the exercise's files hold, as a number. What editors leave beside them is none of them.
pub(crate) fn state(exercise: &Exercise) -> u64 {
    let mut hasher = DefaultHasher::new();
    let folder = exercise.folder();
    fs::read(folder.join("Cargo.toml")).ok().hash(&mut hasher);
    for part in ["src", "tests"] {
        below(&folder.join(part), &mut hasher);
    }
    hasher.finish()
}

fn below(folder: &Path, hasher: &mut DefaultHasher) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            below(&path, hasher);
        } else if path.extension().is_some_and(|it| it == "rs") {
            path.hash(hasher);
            fs::read(&path).ok().hash(hasher);
        }
    }
}
