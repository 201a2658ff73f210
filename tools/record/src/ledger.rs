//! Which parts of a recording are finished, so that one that was interrupted goes on where it stopped.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use record::machine::{Machine, now};
use serde::{Deserialize, Serialize};

use crate::file::{fingerprint, hashed, replace};
use crate::part::Part;

/// A recording that has begun. It is deleted with its last part, so the next recording starts anew.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ledger {
    #[serde(skip)]
    path: PathBuf,
    begun: String,
    /// What is recorded, as the command line says it. Another request has a ledger of its own.
    request: String,
    machine: Machine,
    done: Vec<Done>,
}

/// A finished part, and what it belongs to.
#[derive(Serialize, Deserialize)]
struct Done {
    chapter: String,
    name: String,
    /// The fingerprint of the program that was measured.
    program: String,
    /// Seconds.
    took: f64,
    /// What was written, and its fingerprint.
    files: BTreeMap<PathBuf, String>,
}

impl Ledger {
    /// The ledger in `dir` of a recording with this `request`: one that was interrupted on this `machine`, if there is
    /// any, or an empty one. With it comes a notice about what was found.
    pub(crate) fn open(dir: &Path, request: &str, machine: Machine) -> (Self, Option<String>) {
        let path = dir.join(format!("{}.json", hashed(request.as_bytes())));
        let new = |machine| Self {
            path: path.clone(),
            begun: now(),
            request: request.into(),
            machine,
            done: Vec::new(),
        };
        let Ok(json) = fs::read(&path) else {
            return (new(machine), None);
        };
        match serde_json::from_slice::<Self>(&json) {
            Ok(found) if found.machine == machine => {
                let found = Self { path, ..found };
                let notice = format!("A recording was begun {} and not finished.", found.begun);
                (found, Some(notice))
            }
            Ok(found) => {
                let notice = format!(
                    "The recording that was begun {} was not finished, and on another machine ({}). This one starts \
                     anew.",
                    found.begun, found.machine.cpu
                );
                (new(machine), Some(notice))
            }
            Err(_) => {
                let notice = format!(
                    "What is in {} cannot be understood. This recording starts anew.",
                    path.display()
                );
                (new(machine), Some(notice))
            }
        }
    }

    /// Forgets what was done.
    pub(crate) fn clear(&mut self) {
        self.done.clear();
        self.begun = now();
    }

    /// How many seconds this part took, if it is finished: done by the very program that would do it now, and all that
    /// it wrote is still there, unchanged.
    pub(crate) fn took(&self, part: &Part) -> Option<f64> {
        let done = self.done.iter().find(|done| done.is(part))?;
        let is_unchanged =
            |(path, print): (&PathBuf, &String)| fingerprint([path]).is_ok_and(|now| now == *print);
        let is_valid =
            done.program == part.program.fingerprint && done.files.iter().all(is_unchanged);
        is_valid.then_some(done.took)
    }

    /// Adds a part that wrote these files, and is on disk before it returns.
    pub(crate) fn finish(&mut self, part: &Part, took: f64, files: &[PathBuf]) -> Result<()> {
        let mut written = BTreeMap::new();
        let others = self.done.iter().filter(|done| !done.is(part));
        let taken: Vec<_> = others.flat_map(|done| done.files.keys()).collect();
        for file in files {
            ensure!(
                !taken.contains(&file),
                "{part} wrote {}, and so did another part; a table is left by the one group that \
                 bench_kit::is_selected",
                file.display()
            );
            written.insert(file.clone(), fingerprint([file])?);
        }
        self.done.retain(|done| !done.is(part));
        self.done.push(Done {
            chapter: part.chapter.clone(),
            name: part.name.clone(),
            program: part.program.fingerprint.clone(),
            took,
            files: written,
        });
        replace(&self.path, self)
    }

    /// Nothing is left to do.
    pub(crate) fn close(self) {
        // There is none if nothing was done. One that cannot be deleted offers to go on where there is nothing to do.
        let _ = fs::remove_file(self.path);
    }
}

impl Done {
    fn is(&self, part: &Part) -> bool {
        self.chapter == part.chapter && self.name == part.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::part::Kind;
    use crate::program::Program;
    use tempfile::TempDir;

    fn machine(cpu: &str) -> Machine {
        Machine {
            cpu: cpu.into(),
            cores: 2,
            os: "an os".into(),
        }
    }

    fn part(name: &str, fingerprint: &str) -> Part {
        Part {
            chapter: "02_mutex_guards".into(),
            name: name.into(),
            rows: 3,
            program: Program {
                path: "unused".into(),
                fingerprint: fingerprint.into(),
            },
            kind: Kind::Group,
        }
    }

    /// A recording of `locks` by program `p1` that then was interrupted.
    fn interrupted() -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a directory");
        let figure = dir.path().join("locks.json");
        fs::write(&figure, "{}").expect("written");
        let (mut ledger, notice) = Ledger::open(dir.path(), "all", machine("one"));
        assert_eq!(notice, None, "there was nothing before");
        let written = ledger.finish(&part("locks", "p1"), 20.0, std::slice::from_ref(&figure));
        written.expect("written");
        (dir, figure)
    }

    #[test]
    fn an_interrupted_recording_goes_on() {
        let (dir, _) = interrupted();
        let (ledger, notice) = Ledger::open(dir.path(), "all", machine("one"));
        assert!(notice.expect("there is one").contains("not finished"));
        assert_eq!(ledger.took(&part("locks", "p1")), Some(20.0));
        assert!(ledger.took(&part("queues", "p1")).is_none());
    }

    #[test]
    fn what_another_program_found_is_not_taken() {
        let (dir, _) = interrupted();
        let (ledger, _) = Ledger::open(dir.path(), "all", machine("one"));
        assert!(ledger.took(&part("locks", "p2")).is_none());
    }

    #[test]
    fn what_is_not_in_the_book_any_more_is_recorded_again() {
        let (dir, figure) = interrupted();
        let (ledger, _) = Ledger::open(dir.path(), "all", machine("one"));
        fs::write(&figure, "an older one, put back").expect("written");
        assert!(ledger.took(&part("locks", "p1")).is_none());
        fs::remove_file(&figure).expect("deleted");
        assert!(ledger.took(&part("locks", "p1")).is_none());
    }

    #[test]
    fn what_one_part_wrote_another_must_not_overwrite() {
        let (dir, figure) = interrupted();
        let (mut ledger, _) = Ledger::open(dir.path(), "all", machine("one"));
        let error = ledger.finish(&part("queues", "p1"), 1.0, &[figure]);
        assert!(error.is_err_and(|error| error.to_string().contains("another part")));
    }

    #[test]
    fn another_machine_starts_anew() {
        let (dir, _) = interrupted();
        let (ledger, notice) = Ledger::open(dir.path(), "all", machine("two"));
        assert!(notice.expect("there is one").contains("another machine"));
        assert!(ledger.took(&part("locks", "p1")).is_none());
    }

    #[test]
    fn another_request_neither_takes_nor_loses_it() {
        let (dir, _) = interrupted();
        let (other, notice) = Ledger::open(dir.path(), "mine", machine("one"));
        assert_eq!(notice, None);
        assert!(other.took(&part("locks", "p1")).is_none());
        other.close();
        let (ledger, _) = Ledger::open(dir.path(), "all", machine("one"));
        assert!(ledger.took(&part("locks", "p1")).is_some());
    }

    #[test]
    fn a_finished_recording_leaves_nothing_to_go_on_with() {
        let (dir, _) = interrupted();
        let (ledger, _) = Ledger::open(dir.path(), "all", machine("one"));
        ledger.close();
        let (ledger, notice) = Ledger::open(dir.path(), "all", machine("one"));
        assert_eq!(notice, None);
        assert!(ledger.took(&part("locks", "p1")).is_none());
    }

    #[test]
    fn a_ledger_that_was_cut_off_is_reported_and_not_taken() {
        let (dir, _) = interrupted();
        let path = dir.path().join(format!("{}.json", hashed(b"all")));
        assert!(path.exists(), "it has another name");
        fs::write(path, "{ \"begun\":").expect("written");
        let (_, notice) = Ledger::open(dir.path(), "all", machine("one"));
        assert!(
            notice
                .expect("there is one")
                .contains("cannot be understood")
        );
    }
}
