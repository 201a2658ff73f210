//! Every chosen test in a process of its own, some at a time, and a verdict for each as soon as it is known.

use std::collections::VecDeque;
use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::arguments::Arguments;
use super::child::Child;
use super::folder::Folder;
use super::limits::{self, Excess};
use super::{interrupt, words};
use crate::output;

/// The harness's exit code for "a test failed".
const FAILED: i32 = 101;
/// Most tests end within milliseconds. Those that are younger than this are looked after more often.
const YOUNG: Duration = Duration::from_millis(40);
/// How long a process may go on after its test has a verdict: to write what a tool wants from it, perhaps.
const AFTERWARDS: Duration = Duration::from_millis(300);
/// How many tests run at a time, at most, for each processor: only sleepers are that many.
const SLEEPERS: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Ok,
    Ignored,
    Failed,
}

/// A test that runs.
struct Running<'a> {
    test: &'a str,
    child: Child,
    /// Since when its verdict is known.
    known: Option<Instant>,
}

/// Runs the tests that `arguments` choose. The exit code; or `None` if the harness should go on by itself, to say what it
/// does not like.
pub(super) fn run(arguments: &Arguments, target_tmp: Option<&str>) -> Option<i32> {
    let began = Instant::now();
    let tests = list(&arguments.choice)?;
    let all = match arguments.choice.as_slice() {
        [] => tests.len(),
        _ => list(&[])?.len(),
    };
    let folder = match Folder::new(target_tmp) {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!(
                "lanes: the tests run unwatched: there is no place for their output: {error}"
            );
            return None;
        }
    };
    interrupt::watch();
    let plural = if tests.len() == 1 { "" } else { "s" };
    print(&format!("\nrunning {} test{plural}\n", tests.len()));

    let mut verdicts = Vec::new();
    let mut verdict = |test, verdict, words: &str| {
        print(&block(arguments, test, verdict, words));
        verdicts.push((test, verdict));
    };
    let places = arguments
        .threads
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let mut waiting: VecDeque<(usize, &str)> =
        tests.iter().map(String::as_str).enumerate().collect();
    let mut running: Vec<Running<'_>> = Vec::new();
    while !interrupt::has_come() {
        let awake = running.iter().filter(|it| !it.child.sleeps()).count();
        let has_room = match arguments.threads {
            Some(_) => running.len() < places,
            None => awake < places && running.len() < places * SLEEPERS,
        };
        if let Some((number, test)) = waiting.pop_front_if(|_| has_room) {
            match Child::start(test, &arguments.ignored, folder.of_test(number)) {
                Ok(child) => running.push(Running {
                    test,
                    child,
                    known: None,
                }),
                Err(error) => {
                    let words = format!("the process of this test cannot be started: {error}");
                    verdict(test, Verdict::Failed, &words);
                }
            }
            continue;
        }
        if running.is_empty() {
            break;
        }
        running.retain_mut(|it| {
            let Some((how, words)) = it.look() else {
                return true;
            };
            verdict(it.test, how, &words);
            false
        });
        let is_young = |it: &Running<'_>| it.child.age() < YOUNG;
        thread::sleep(if running.iter().any(is_young) {
            Duration::from_micros(300)
        } else {
            Duration::from_millis(5)
        });
    }
    drop((running, folder));
    if interrupt::has_come() {
        interrupt::obey();
        return Some(FAILED);
    }

    let count = |which| verdicts.iter().filter(|(_, it)| *it == which).count();
    let (passed, failed, ignored) = (
        count(Verdict::Ok),
        count(Verdict::Failed),
        count(Verdict::Ignored),
    );
    let mut end = String::new();
    if failed > 0 {
        end.push_str("\nfailures:\n");
        for test in &tests {
            if verdicts.contains(&(test, Verdict::Failed)) {
                end.push_str(&format!("    {test}\n"));
            }
        }
    }
    let result = if failed == 0 {
        Verdict::Ok
    } else {
        Verdict::Failed
    };
    end.push_str(&format!(
        "\ntest result: {}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; {} filtered out; \
         finished in {:.2}s\n\n",
        result.in_words(arguments),
        all - tests.len(),
        began.elapsed().as_secs_f64()
    ));
    print(&end);
    Some(if failed == 0 { 0 } else { FAILED })
}

impl Running<'_> {
    /// How the test has ended, and what it has to say, if it has.
    fn look(&mut self) -> Option<(Verdict, String)> {
        // Before the look at what the process has left.
        let ended = self.child.ended();
        if let Some(log) = self.child.log() {
            let known = *self.known.get_or_insert_with(Instant::now);
            return (ended.is_some() || known.elapsed() >= AFTERWARDS).then(|| self.said(&log));
        }
        let excess = if self.child.printed() > limits::OUTPUT {
            Some(Excess::Output)
        } else if ended.is_some() {
            None
        } else {
            self.child.look()
        };
        let headline = match (excess, ended) {
            (Some(excess), _) => words::of_excess(excess),
            (None, Some(status)) => words::of_death(status, &self.child.words()),
            (None, None) => return None,
        };
        let own = words::of_test(&self.child.words(), self.test);
        Some((Verdict::Failed, format!("{headline}\n{own}")))
    }

    /// The verdict of the harness, which has written `log`.
    fn said(&mut self, log: &str) -> (Verdict, String) {
        let own = words::of_test(&self.child.words(), self.test);
        match log.trim_end().strip_suffix(self.test).map(str::trim_end) {
            Some("ok") => (Verdict::Ok, own),
            Some("failed") => (Verdict::Failed, own),
            Some(log) if log.starts_with("ignored") => (Verdict::Ignored, String::new()),
            Some(log) if log.starts_with("failed: ") => {
                let why = log.trim_start_matches("failed: ");
                (Verdict::Failed, format!("{own}\n{why}"))
            }
            _ => (
                Verdict::Failed,
                format!(
                    "{own}\nthe harness says {log:?}, and `lanes` does not know what that means"
                ),
            ),
        }
    }
}

impl Verdict {
    fn in_words(self, arguments: &Arguments) -> String {
        let (color, word) = match self {
            Verdict::Ok => (32, "ok"),
            Verdict::Ignored => (33, "ignored"),
            Verdict::Failed => (31, "FAILED"),
        };
        match arguments.color.as_deref() {
            Some("always") => {}
            Some("never") => return word.to_owned(),
            _ if io::stdout().is_terminal() => {}
            _ => return word.to_owned(),
        }
        format!("\u{1b}[{color}m{word}\u{1b}[m")
    }
}

/// What is shown of a test that has ended, framed as the harness does.
fn block(arguments: &Arguments, test: &str, verdict: Verdict, words: &str) -> String {
    let line = format!("test {test} ... {}\n", verdict.in_words(arguments));
    let framed = |words: &str| format!("---- {test} stdout ----\n{}\n\n", words.trim_end());
    match verdict {
        Verdict::Failed => format!("{line}{}", framed(words)),
        Verdict::Ok if arguments.show_output && !words.is_empty() => {
            format!("{line}{}", framed(words))
        }
        _ if arguments.quiet => String::new(),
        // What a model says that has passed, which is said past the harness.
        _ => {
            let models = words
                .lines()
                .filter(|line| output::is_pass_line(test, line));
            models.map(|line| format!("{line}\n")).collect::<String>() + &line
        }
    }
}

/// A terminal that is closed is no reason to stop: others may read the exit code.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The tests that `choice` chooses, as the harness says. `None` if it does not like the choice.
fn list(choice: &[String]) -> Option<Vec<String>> {
    let output = Command::new(env::current_exe().ok()?)
        .args(choice)
        .args(["--list", "--format", "terse"])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let names = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| {
        let names = names.lines().filter_map(|line| line.strip_suffix(": test"));
        names.map(str::to_owned).collect()
    })
}
