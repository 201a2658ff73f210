//! A verdict of its own for every test, whatever the code under test does.
//!
//! Rust's test harness runs all tests of a binary in one process. So one test that exits, aborts or uses up its stack takes
//! the verdicts of all others along; one that never ends keeps them from being shown; and a process that ends with code 0
//! counts as passed, whoever ended it. [`each_test!`](crate::each_test) stands once in the root of a test binary, and no
//! test knows of it:
//!
//! ```
//! lanes::each_test!();
//! ```
//!
//! The process that `cargo test` starts then runs no test itself. Before the harness gets its `main`, it asks itself for the
//! list of tests, starts itself once more for each of them, and says how each did as soon as that is known, in the
//! harness's own words. It ends with the harness's exit codes: 0 if all passed, 101 if one did not.
//!
//! # What a verdict is
//!
//! The harness's own word, in the log that it writes in the process of the test: *ok*, *failed* or *ignored*. Exit codes
//! are not believed. Where there is no such word, the test has failed, with a headline:
//!
//! | headline | the process of the test |
//! |---|---|
//! | `exit: …` | was ended by an `exit`, with whatever code, before its test was |
//! | `abort: …`, `fault: …`, `stack overflow: …` | was killed by the system; the signal or the code stands there |
//! | `memory: …` | had more than 512 MiB |
//! | `flood: …` | printed more than 4 MiB, or wrote as much into a file |
//! | `hang: …` | did nothing that could be seen for 4 seconds, or never ended |
//!
//! A verdict ends the process, and whatever it has started: threads left behind go on no further.
//!
//! # How long a test may take
//!
//! As long as it moves: a model that explores, a [`stress`](crate::stress) test that does its rounds. A test in which
//! nothing is seen to move has 4 seconds, and the watchers inside of a test, which know what it waits for, lose their
//! patience after 3.
//!
//! These are not seconds of the clock on the wall, or honest tests would fail on a busy machine. While a process has to
//! share the processors with others, twice the time counts that it has computed, and a tenth of what passes at least. So a
//! sleeper is told after 3 seconds on any machine, a loop as well where it has half a processor, and the latest after half a
//! minute. An honest test in which nothing moves computes for a quarter of a second.
//!
//! As many tests run at a time as there are processors, or as `--test-threads` says. Whoever only sleeps is not counted.
//!
//! # What it knows of the harness
//!
//! Filters, `--exact`, `--skip`, `--ignored`, `--include-ignored`, `--nocapture`, `--show-output`, `--test-threads`,
//! `--color` and `--quiet` mean what they always do, but that `--nocapture` shows what a test prints when that test ends.
//! It steps aside, and every test runs as if it were not there,
//!
//! - for `--list`, `--help`, `--bench`, `--logfile`, and what is unstable (`-Z`, `--format json`);
//! - where a debugger has started the process, and under Miri;
//! - if the environment variable `LANES_UNWATCHED` is set, for tools that look at one process only;
//! - on musl, where a process does not know its arguments so early.
//!
//! Under `cargo nextest` it watches as well, one test at a time.
//!
//! # What it cannot do where
//!
//! | | Linux | macOS | Windows | elsewhere |
//! |---|---|---|---|---|
//! | ends what a test has started | its process group | its process group | all of it (a job) | its process group |
//! | memory of one process | looked at, and limited to 2 GiB | looked at | limited | unlimited |
//! | output | looked at, and limited | looked at, and limited | looked at | looked at, and limited |
//! | a machine that is busy | known for each process | known for each process | known if no processor is idle | not seen |
//! | the watcher is killed | tests end at once | tests end within 10 minutes | tests end at once | as on macOS |
//!
//! A process that a test has started, and that has left the test's process group, is out of reach but on Windows. Tests
//! in documentation are not watched: rustdoc makes the binaries.

mod arguments;
mod child;
mod folder;
mod interrupt;
mod limits;
mod supervisor;
mod words;

use std::env;
use std::process;

use crate::watcher;

/// Gives every test of this binary a verdict of its own: see [`verdict`](crate::verdict). Stands once, in the root of a
/// test.
#[macro_export]
macro_rules! each_test {
    () => {
        #[cfg(not(any(miri, target_env = "musl")))]
        const _: () = {
            extern "C" fn before_main() {
                $crate::verdict::before_main(::core::option_env!("CARGO_TARGET_TMPDIR"));
            }

            // SAFETY: the system calls what stands in this section before `main`, as functions of this type.
            #[used]
            #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
            #[cfg_attr(
                target_vendor = "apple",
                unsafe(link_section = "__DATA,__mod_init_func")
            )]
            #[cfg_attr(
                not(any(windows, target_vendor = "apple")),
                unsafe(link_section = ".init_array")
            )]
            static BEFORE_MAIN: extern "C" fn() = before_main;
        };
    };
}

/// What [`each_test!`](crate::each_test) puts in front of `main`. It returns where the harness shall go on.
#[doc(hidden)]
pub fn before_main(target_tmp: Option<&str>) {
    if watcher::is_there() {
        limits::keep();
    } else if env::var_os(watcher::UNWATCHED).is_none()
        && !limits::is_debugged()
        && let Some(arguments) = arguments::Arguments::read(env::args().skip(1))
        && let Some(code) = supervisor::run(&arguments, target_tmp)
    {
        process::exit(code);
    }
}
