//! How a command ends: with a verdict, or with a failure that says what to do about it.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::prose::{BAD, BOLD};

/// The answer of a command that could find one out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds,
    DoesNotHold,
}

impl Verdict {
    pub(crate) fn of(holds: bool) -> Self {
        if holds {
            Self::Holds
        } else {
            Self::DoesNotHold
        }
    }

    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Holds => 0,
            Self::DoesNotHold => 1,
        })
    }
}

/// A command that could not find out: what happened, where, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    todo: String,
    exit: u8,
}

impl Failure {
    /// The command was not understood.
    pub(crate) fn usage(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            todo: todo.into(),
            exit: 2,
        }
    }

    /// Something on this machine is in the way.
    pub(crate) fn blocked(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            todo: todo.into(),
            exit: 3,
        }
    }

    /// The system refused to `verb` (read, write, …) `path`.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        let todo = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "give yourself the right to, or work in a copy of the workbook that you own"
            }
            io::ErrorKind::NotFound => {
                "is the checkout complete? `git status` shows what is missing"
            }
            io::ErrorKind::StorageFull => "free some space: `cargo clean` frees the most",
            io::ErrorKind::InvalidData => "save it as UTF-8",
            _ => "look at the path, and try again",
        };
        Self::blocked(format!("cannot {verb} {}: {error}", path.display()), todo)
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, todo, .. } = self;
        write!(f, "{BAD}error{BAD:#}: {what}\n{BOLD}   do{BOLD:#}: {todo}")
    }
}
