//! Leaks, counted from outside: the threads and the open files of a process, as Linux lists them.
//!
//! Elsewhere the tests of behaviour count workers and parts for themselves.
#![cfg(target_os = "linux")]

use std::fs::{self, DirEntry, File};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use engine::{Engine, Running, Submitter};
use lanes::stress::{STUCK_AFTER, apart, finishes};

/// What the engines of these tests open. Nobody else in the process does, so that it can be counted.
const FILE: &str = "/dev/zero";

/// What this process has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Holds {
    threads: usize,
    files: usize,
}

impl Holds {
    fn now() -> Self {
        let list = |folder| fs::read_dir(folder).expect("Linux lists them");
        // A file that is closed while we look has no link any more.
        let link = |file: io::Result<DirEntry>| fs::read_link(file.ok()?.path()).ok();
        Self {
            threads: list("/proc/self/task").count(),
            files: list("/proc/self/fd")
                .filter_map(link)
                .filter(|link| link == Path::new(FILE))
                .count(),
        }
    }

    /// What this process has when `engines` of them run, too.
    fn plus(self, engines: usize) -> Self {
        Self {
            threads: self.threads + 3 * engines,
            files: self.files + engines,
        }
    }

    /// Expects that the process has this. A thread that has been joined may be listed for a moment longer,
    /// so this looks more than once.
    #[track_caller]
    fn expect(self, hint: &str) {
        let started = Instant::now();
        while Self::now() != self && started.elapsed() < STUCK_AFTER {
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(Self::now(), self, "{hint}");
    }
}

fn open_a_file(_submitter: &Submitter) -> io::Result<File> {
    File::open(FILE)
}

fn start() -> Running {
    let engine = Engine::new().part("file", open_a_file).workers(3);
    engine.start().expect("there is such a file")
}

/// No leak: after the drop the process has what it had before the start.
#[test]
fn a_dropped_engine_leaves_nothing_behind() {
    apart(|| {
        let before = Holds::now();
        let running = start();
        before
            .plus(1)
            .expect("an engine has three workers and one file");
        finishes("the drop of the engine", move || drop(running));
        before.expect("the engine is gone, and something of it is still there");
    });
}

/// No leak: a start that fails leaves what there was before it.
#[test]
fn a_failed_start_leaves_nothing_behind() {
    apart(|| {
        let before = Holds::now();
        let engine = Engine::new()
            .part("file", open_a_file)
            .workers(3)
            .part("missing", |_: &Submitter| File::open("/no such file"));
        let error = finishes("a start that fails", move || engine.start().err());
        assert_eq!(error.expect("the last part does not open").part, "missing");
        before.expect("the start has failed, and something of it is still there");
    });
}

/// The leak itself: a handle that is forgotten stops nothing. It compiles, and it is safe; only a count
/// shows it.
#[test]
fn a_forgotten_stop_is_seen_by_counting() {
    apart(|| {
        let before = Holds::now();
        for turn in 1..=3 {
            std::mem::forget(start());
            before
                .plus(turn)
                .expect("each forgotten stop leaves three threads and a file");
        }
    });
}
