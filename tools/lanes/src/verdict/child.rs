//! This binary once more, for one test.
//!
//! What it prints goes into a file, on both streams in order, and not into a pipe: a file has not to be emptied, so one
//! thread can watch several processes, and needs no other before `main`.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child as Process, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::limits::{self, Excess, Group};
use crate::patience::Patience;
use crate::watcher;

/// How often to ask the system what a process does.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The process of one test. It ends with this value, and so does whatever it has started.
pub(super) struct Child {
    process: Process,
    group: Group,
    /// The beginning of its files' names.
    files: PathBuf,
    output: File,
    began: Instant,
    looked: Instant,
    silence: Patience,
    pulses: u64,
}

impl Child {
    /// Starts this binary once more, for `test` alone. Its files are called `files`, and something after that.
    pub(super) fn start(test: &str, more: &[String], files: PathBuf) -> io::Result<Self> {
        let path = files.with_added_extension("out");
        let mut append = OpenOptions::new();
        // Appended to, so that two streams do not write over each other.
        append.append(true).create(true);
        let (out, err) = (append.open(&path)?, append.open(&path)?);
        let mut command = Command::new(env::current_exe()?);
        command
            .args([test, "--exact", "--nocapture"])
            // Not 1: then the harness says the name before the test begins, and the test's words come after it.
            .arg("--test-threads=2")
            .arg("--logfile")
            .arg(log(&files))
            .args(more)
            .env(watcher::FILES, &files)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        let (process, group) = Group::spawn(&mut command)?;
        let now = Instant::now();
        Ok(Self {
            silence: Patience::with(process.id(), limits::SILENT),
            output: File::open(&path)?,
            process,
            group,
            files,
            began: now,
            looked: now,
            pulses: 0,
        })
    }

    pub(super) fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// How its process ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// The harness's own word on its one test, once it is there: "ok NAME", "failed NAME", "failed: WHY NAME".
    pub(super) fn log(&self) -> Option<String> {
        let log = fs::read_to_string(log(&self.files)).ok()?;
        log.ends_with('\n').then_some(log)
    }

    /// Looks at what the process does, if the last look is a while ago. What it does too much of, if anything.
    pub(super) fn look(&mut self) -> Option<Excess> {
        if self.looked.elapsed() < LOOK_EVERY {
            return None;
        }
        self.looked = Instant::now();
        let pulses = watcher::pulses(&self.files);
        if pulses != self.pulses {
            self.pulses = pulses;
            self.silence.renew();
        }
        if self.silence.is_over() {
            Some(Excess::Silence)
        } else if self.silence.in_all() >= limits::IN_ALL {
            Some(Excess::Time)
        } else if self.silence.last().memory > limits::MEMORY {
            Some(Excess::Memory)
        } else {
            None
        }
    }

    /// Whether it only sleeps, as far as can be seen.
    pub(super) fn sleeps(&self) -> bool {
        self.age() > Duration::from_millis(500) && !self.silence.last().is_runnable
    }

    /// How much it has printed, in bytes.
    pub(super) fn printed(&self) -> u64 {
        self.output.metadata().map_or(0, |data| data.len())
    }

    /// What it has printed: all of it, or the beginning and the end.
    pub(super) fn words(&mut self) -> String {
        let (printed, half) = (self.printed(), limits::SHOWN / 2);
        if printed <= limits::SHOWN {
            return self.part(0, printed).unwrap_or_default();
        }
        let first = self.part(0, half).unwrap_or_default();
        let last = self.part(printed - half, half).unwrap_or_default();
        let left_out = (printed - 2 * half) >> 10;
        format!("{first}\n[… {left_out} KiB left out …]\n{last}")
    }

    fn part(&mut self, from: u64, length: u64) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.output.seek(SeekFrom::Start(from))?;
        (&mut self.output).take(length).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn log(files: &Path) -> PathBuf {
    files.with_added_extension("log")
}

impl Drop for Child {
    fn drop(&mut self) {
        self.group.end(&self.process);
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
