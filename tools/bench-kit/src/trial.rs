use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How a benchmark came out of a first, short, untimed run.
#[derive(Debug, PartialEq)]
pub(crate) enum Trial {
    /// It did its work and its result is right.
    Passed,
    /// It panicked: a wrong result, or a `todo!()`. The message is on stderr already.
    Panicked,
    /// It is still running. Its thread goes on, and disturbs whatever is measured beside it.
    Hung,
}

/// Tries `work` on a thread of its own and waits for at most `patience`.
pub(crate) fn trial(work: impl FnOnce() + Send + 'static, patience: Duration) -> Trial {
    let (done, outcome) = channel();
    thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(work));
        // The receiver is gone if we took too long.
        let _ = done.send(result.is_ok());
    });
    match outcome.recv_timeout(patience) {
        Ok(true) => Trial::Passed,
        Ok(false) => Trial::Panicked,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Trial::Hung,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LATE: Duration = Duration::from_secs(60);

    #[test]
    fn work_that_returns_passes() {
        assert_eq!(trial(|| (), LATE), Trial::Passed);
    }

    #[test]
    fn work_that_panics_is_caught() {
        // Not `panic!`: its message would look like a failure in the test's output.
        let work = || std::panic::resume_unwind(Box::new("on purpose"));
        assert_eq!(trial(work, LATE), Trial::Panicked);
    }

    #[test]
    fn work_that_never_returns_is_given_up() {
        let work = || {
            loop {
                thread::park();
            }
        };
        assert_eq!(trial(work, SOON), Trial::Hung);
    }
}
