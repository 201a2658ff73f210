//! What is printed on stdout, by `out::println!` and `out::print!`.
//!
//! `std` panics where that cannot be done. Here a reader that has gone (`| head`) is no reason to stop, and a disk that is
//! full is told at the end.

use std::fmt;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use crate::failure::Failure;

/// As `std::println!`.
macro_rules! println {
    ($($words:tt)*) => {
        $crate::out::write(format_args!("{}\n", format_args!($($words)*)))
    };
}

/// As `std::print!`.
macro_rules! print {
    ($($words:tt)*) => {
        $crate::out::write(format_args!($($words)*))
    };
}

pub(crate) use {print, println};

/// The first thing that went wrong.
static FAILED: OnceLock<io::Error> = OnceLock::new();

pub(crate) fn write(words: fmt::Arguments<'_>) {
    if let Err(error) = anstream::stdout().lock().write_fmt(words) {
        let _ = FAILED.set(error);
    }
}

/// Whether all that was printed has arrived, as far as anybody wanted it.
pub(crate) fn finish() -> Result<(), Failure> {
    if let Err(error) = io::stdout().flush() {
        let _ = FAILED.set(error);
    }
    match FAILED.get() {
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::blocked(
            format!("not all of this could be printed: {error}"),
            "see where the output goes; what the command had to do, it has done",
        )),
        _ => Ok(()),
    }
}
