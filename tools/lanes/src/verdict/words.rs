//! What a test has said without the harness's frame, and what is said of a test that could not say anything.

use std::process::ExitStatus;

use super::limits::{Death, Excess, death};
use super::limits::{IN_ALL, MEMORY, OUTPUT, SILENT};

/// What `test` has printed, out of all that its process has.
pub(super) fn of_test(all: &str, test: &str) -> String {
    let own = all
        .split_once("running 1 test\n")
        .or_else(|| all.split_once("running 1 test\r\n"))
        .map_or(all, |(_, own)| own);
    let verdict = [
        format!("test {test} ... "),
        format!("test {test} - should panic ... "),
    ];
    let own = verdict
        .iter()
        .find_map(|verdict| Some(own.rsplit_once(verdict)?.0))
        .unwrap_or(own);
    let lines: Vec<&str> = own
        .lines()
        .filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE=1`"))
        .collect();
    lines.join("\n").trim().to_owned()
}

/// The headline of a test that does too much of something.
pub(super) fn of_excess(excess: Excess) -> String {
    match excess {
        Excess::Silence => format!(
            "hang: the test never ended (nothing moved for {} s): something waits for what never comes, or turns round \
             without end",
            SILENT.as_secs()
        ),
        Excess::Time => format!(
            "hang: the test never ended (watched for {} s, and it went on and on)",
            IN_ALL.as_secs()
        ),
        Excess::Memory => format!(
            "memory: the test had more than {} MiB. What grows without end?",
            MEMORY >> 20
        ),
        Excess::Output => format!(
            "flood: the test printed more than {} MiB. Which loop prints without end?",
            OUTPUT >> 20
        ),
    }
}

/// The headline of a test whose process ended before the harness could say how the test did. `said` is all that the
/// process printed.
pub(super) fn of_death(status: ExitStatus, said: &str) -> String {
    let because = said.contains("panic in a destructor during cleanup")
        || said.contains("thread panicked while processing panic");
    match death(status, said) {
        Death::Overflow => format!(
            "stack overflow: the process aborted: the stack was used up ({status}). Does something call itself once for \
             each element, or without end?"
        ),
        _ if said.contains("memory allocation of ") => {
            format!("memory: the process aborted: it asked for more than it can have ({status})")
        }
        Death::Flood => of_excess(Excess::Output),
        Death::Abort if because => format!(
            "abort: the process aborted: a panic left a destructor while the thread was unwinding already ({status})"
        ),
        Death::Abort => format!(
            "abort: the process aborted: something called `abort`, as `std` does where nothing can go on ({status})"
        ),
        Death::Fault => format!(
            "fault: an access to memory that is not there, or not the test's ({status}). Which pointer dangles, or is null?"
        ),
        Death::Other => match status.code() {
            Some(_) => format!(
                "exit: the process was ended before the test was ({status}). What calls `exit`?"
            ),
            None => {
                format!("killed: the process was ended from outside before the test was ({status})")
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_harness_is_not_what_the_test_has_said() {
        let all = "\nrunning 1 test\nfirst\nlasttest a::b ... FAILED\n\nfailures:\n\nfailures:\n    a::b\n\n\
                   test result: FAILED.";
        assert_eq!(of_test(all, "a::b"), "first\nlast");
        let panics = "\nrunning 1 test\nwords\ntest a::b - should panic ... FAILED\n";
        assert_eq!(of_test(panics, "a::b"), "words");
    }

    #[test]
    fn what_was_said_before_the_end_is_not_lost() {
        let all =
            "\nrunning 1 test\nthread 'a::b' panicked\nnote: run with `RUST_BACKTRACE=1` …\nnext\n";
        assert_eq!(of_test(all, "a::b"), "thread 'a::b' panicked\nnext");
        assert_eq!(of_test("killed at once", "a::b"), "killed at once");
    }
}
