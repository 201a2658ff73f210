use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::Lazy;

/// A program that answers each line "ROUNDS ENTRY" by a line with the nanoseconds that the rounds took. It ends at the
/// end of its input, which is when this is dropped.
pub(super) struct Running {
    language: &'static str,
    child: Child,
    /// `None` only while it is being dropped.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Not deleted while it runs.
    _program: Arc<Lazy>,
}

impl Running {
    pub(super) fn start(language: &'static str, program: Arc<Lazy>) -> Self {
        let mut child = Command::new(&program.command)
            .args(&program.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the program in {language} cannot be started: {error}"));
        Self {
            language,
            questions: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().expect("its output is piped")),
            child,
            _program: program,
        }
    }

    pub(super) fn time(&mut self, entry: &str, rounds: u64) -> Duration {
        let mut answer = String::new();
        let questions = self.questions.as_mut().expect("it is not dropped yet");
        // A program that has ended takes no question and gives an empty answer.
        let _ = writeln!(questions, "{rounds} {entry}");
        let _ = self.answers.read_line(&mut answer);
        match answer.trim().parse() {
            Ok(nanoseconds) => Duration::from_nanos(nanoseconds),
            Err(_) => panic!(
                "{entry}: the program in {} has ended (what it said is above)",
                self.language
            ),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It ends at the end of its input; if it has failed, that was reported.
        let _ = self.child.wait();
    }
}
