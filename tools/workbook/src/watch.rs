//! The loop of `cargo workbook watch`: one exercise, run again whenever it is saved, until the learner goes on or quits.
//!
//! One thread does everything, in the order in which it hears of it; the others only tell it of keys, files and runs. A run
//! that is overtaken by another change is ended, and whatever it says afterwards is not heard.

mod events;
mod files;
mod screen;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::after_green;
use crate::attempt::{self, Attempt, Compiler, Moment, Order, Stop};
use crate::catalogue::{Exercise, Workbook};
use crate::commands::check;
use crate::commands::hint::{self, Tier};
use crate::commands::{list, next, trace};
use crate::failure::{Failure, Verdict};
use crate::page::{Book, file_address};
use crate::progress::{Progress, Standing};
use crate::prose::{BAD, BOLD, GOOD, WARN, count};
use crate::view::View;

use events::{Event, Key};
use files::Files;
use screen::Screen;

/// An editor that writes does so in several steps; they are one change.
const QUIET: Duration = Duration::from_millis(60);
/// A file that is gone may only be on its way: some editors remove it first, and then write it.
const GONE: Duration = Duration::from_millis(400);
/// How often to look at the files without having been told.
const LOOK: Duration = Duration::from_millis(700);

const KEYS: &str = "  h  a hint, each time one further
  n  the next exercise
  l  the list of all
  p  open the page
  t  open the trace of a model that fails
  o  only the test that is shown, until it passes
  a  all tests again
  d  once it is green: the difference to our solution
  r  run again
  q  quit
";

pub(crate) fn run(
    workbook: &Workbook,
    name: Option<&str>,
    plain: bool,
) -> Result<Verdict, Failure> {
    let progress = Progress::of(workbook)?;
    let exercise = match name {
        Some(name) => workbook.exercise(name)?,
        None => match progress.next(workbook) {
            Some(next) => next,
            None => {
                crate::out::println!(
                    "{GOOD}All {} are green.{GOOD:#} To watch one all the same: cargo workbook watch NAME",
                    count(workbook.exercises().count(), "exercise")
                );
                return Ok(Verdict::Holds);
            }
        },
    };
    let (sender, events) = mpsc::channel();
    // Before the terminal is taken over, so that nothing that ends us leaves it so.
    events::signals(&sender);
    let screen = Screen::open(plain);
    if screen.is_plain() {
        events::lines(&sender);
    } else {
        events::keys(&sender);
    }
    let mut room = Room {
        root: Arc::new(Workbook::at(&workbook.root)?),
        files: Files::watch(exercise, &sender),
        exercise: exercise.clone(),
        sender,
        screen,
        only: None,
        run: None,
        runs: 0,
        drawing: None,
        tested: None,
        changed: None,
        attempt: None,
        view: String::new(),
        note: String::new(),
        status: String::new(),
        tier: None,
        question: None,
        no_more_keys: false,
        is_told: false,
    };
    room.view = next::in_words(workbook, &Book::of(workbook), &progress, exercise);
    room.begin();
    let end = room.show().map_or(Ok(()), |()| room.listen(&events));
    let is_green = room.is_green();
    room.stop();
    end.map(|()| Verdict::of(is_green))
}

/// What is asked before the loop moves on.
#[derive(Debug)]
struct Question {
    next: String,
}

struct Room {
    root: Arc<Workbook>,
    exercise: Exercise,
    files: Files,
    sender: Sender<Event>,
    screen: Screen,
    /// Only this test runs.
    only: Option<String>,
    /// The run that is on, by number.
    run: Option<(u64, Stop)>,
    runs: u64,
    /// A trace that is being drawn.
    drawing: Option<Stop>,
    /// The state of the files that were tested last, or are.
    tested: Option<u64>,
    /// Since when something may have changed that was not looked at yet.
    changed: Option<Instant>,
    attempt: Option<Box<Attempt>>,
    /// What is shown of it.
    view: String,
    /// What the last key asked for.
    note: String,
    status: String,
    /// The hint that was shown last.
    tier: Option<Tier>,
    question: Option<Question>,
    no_more_keys: bool,
    /// Whether all has been said of a run that was green.
    is_told: bool,
}

impl Room {
    /// Until the end, and whatever comes.
    fn listen(&mut self, events: &Receiver<Event>) -> Result<(), Failure> {
        let mut looked = Instant::now();
        loop {
            let wait = match self.changed {
                Some(since) => QUIET.saturating_sub(since.elapsed()),
                None => LOOK.saturating_sub(looked.elapsed()),
            };
            let shown = match events.recv_timeout(wait) {
                Ok(Event::End) => return Ok(()),
                Ok(Event::Key(Key::Quit)) => return Ok(()),
                Ok(Event::Changed) => {
                    // From the last one on: as long as they come, somebody writes.
                    self.changed = Some(Instant::now());
                    Ok(())
                }
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) if self.screen.is_lost() => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {
                    looked = Instant::now();
                    self.changed = None;
                    self.look()
                }
                // We have a sender ourselves.
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if shown.is_err() {
                // Nobody sees it any more: the terminal is gone, or the reader of a pipe.
                return Ok(());
            }
            let is_told = self.is_told || !self.is_green();
            if self.no_more_keys && self.run.is_none() && self.changed.is_none() && is_told {
                return Ok(());
            }
        }
    }

    fn take(&mut self, event: Event) -> std::io::Result<()> {
        let is_of_run = |number: u64| self.run.as_ref().is_some_and(|(it, _)| *it == number);
        match event {
            Event::Key(key) => self.press(key),
            Event::Resized => self.resize(),
            Event::Moment(number, moment) if is_of_run(number) => {
                let status = match moment {
                    Moment::Compiling(what) => what,
                    Moment::Testing(some, all) => format!("{some} of {}", count(all, "test")),
                };
                self.screen.say(&status)
            }
            Event::Ended(number, result) if is_of_run(number) => self.end(result),
            Event::Said(number, text) if number == self.runs && self.is_green() => {
                self.is_told = true;
                if text.is_empty() {
                    return Ok(());
                }
                self.view.push_str(&text);
                if self.screen.is_plain() {
                    return self.screen.show(&text, "", "");
                }
                self.show()
            }
            Event::Drawn(result) => {
                self.drawing = None;
                self.note = match result {
                    Ok(address) => opened("The trace", &address),
                    Err(said) => format!("{WARN}The trace could not be drawn.{WARN:#}\n{said}"),
                };
                self.show()
            }
            Event::NoMoreKeys => {
                self.no_more_keys = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the files are what was tested last; if not, tests them.
    fn look(&mut self) -> std::io::Result<()> {
        if self.tested == Some(files::state(&self.exercise)) {
            return Ok(());
        }
        if !self.exercise.source().is_file() {
            thread::sleep(GONE);
            if !self.exercise.source().is_file() {
                return self.gone();
            }
        }
        // A folder that was away is not watched any more.
        self.files = Files::watch(&self.exercise, &self.sender);
        self.begin();
        self.show_running()
    }

    /// The file, or the exercise, is not there.
    fn gone(&mut self) -> std::io::Result<()> {
        self.stop();
        self.tested = Some(files::state(&self.exercise));
        self.attempt = None;
        self.question = None;
        // An update of the workbook may have renamed it.
        if !self.exercise.folder().is_dir()
            && let Ok(workbook) = Workbook::at(&self.root.root)
            && let Ok(now) = workbook.exercise(&self.exercise.name)
            && now.folder().is_dir()
        {
            let name = now.name.clone();
            self.root = Arc::new(workbook);
            return self.go_to(&name);
        }
        self.view = format!(
            "{BAD}{} is not there.{BAD:#}\n\
             It is tested again as soon as it is back. To begin again: cargo workbook reset {}\n",
            self.root.relative(&self.exercise.source()),
            self.exercise.name
        );
        self.note.clear();
        "waiting for the file".clone_into(&mut self.status);
        self.show()
    }

    /// Ends what runs, and runs the tests of the files as they are.
    fn begin(&mut self) {
        if let Some((_, stop)) = self.run.take() {
            stop.now();
        }
        self.tested = Some(files::state(&self.exercise));
        self.changed = None;
        self.question = None;
        self.is_told = false;
        self.runs += 1;
        let (number, stop) = (self.runs, Stop::default());
        self.run = Some((number, stop.clone()));
        let (workbook, exercise) = (Arc::clone(&self.root), self.exercise.clone());
        let (only, events) = (self.only.clone(), self.sender.clone());
        let columns = self.screen.columns();
        let colors = !matches!(
            anstream::AutoStream::choice(&std::io::stdout()),
            anstream::ColorChoice::Never
        );
        thread::spawn(move || {
            let order = Order {
                workbook: &workbook,
                exercise: &exercise,
                only: only.as_deref(),
                columns,
                compiler: Compiler::IsHeard { colors },
            };
            let result = attempt::run(&order, &stop, &|moment| {
                let _ = events.send(Event::Moment(number, moment));
            });
            // Before it is given away: what is said of the orderings takes a while longer.
            let orderings = |attempt: &Attempt, warning: String| {
                let text = after_green::orderings(&workbook, &exercise, attempt);
                let text = warning + &text.unwrap_or_default();
                let _ = events.send(Event::Said(number, text));
            };
            match result {
                Ok(Some(attempt)) if attempt.is_green && !stop.is_over() => {
                    let warning = check::note(&workbook, &exercise, &attempt);
                    let green = Box::new(attempt);
                    let copy = green.for_orderings();
                    let _ = events.send(Event::Ended(number, Ok(Some(green))));
                    let warning = warning.map_or_else(String::new, |it| format!("\n{it}\n"));
                    orderings(&copy, warning);
                }
                result => {
                    let result = result.map(|attempt| attempt.map(Box::new));
                    let _ = events.send(Event::Ended(number, result));
                }
            }
        });
    }

    /// A run has ended, and was not overtaken.
    fn end(&mut self, result: Result<Option<Box<Attempt>>, Failure>) -> std::io::Result<()> {
        self.run = None;
        let attempt = match result {
            Ok(Some(attempt)) => attempt,
            Ok(None) => return Ok(()),
            Err(failure) => {
                self.attempt = None;
                self.view = format!("{failure}\n");
                "r: try again".clone_into(&mut self.status);
                return self.show();
            }
        };
        if let Some(only) = &self.only
            && attempt.results.passed.contains(only)
        {
            self.only = None;
            self.begin();
            return self.screen.say("it passes: all tests again");
        }
        self.attempt = Some(attempt);
        self.note.clear();
        self.render();
        self.show()
    }

    /// Makes the view of the last attempt.
    fn render(&mut self) {
        let Some(attempt) = &self.attempt else { return };
        let book = Book::of(&self.root);
        let view = View {
            workbook: &self.root,
            book: &book,
            exercise: &self.exercise,
            attempt,
            columns: self.screen.columns().map_or(100, usize::from),
            has_keys: true,
        };
        let mut text = view.text();
        self.question = None;
        "waiting for you to save".clone_into(&mut self.status);
        if attempt.is_green {
            let progress = Progress::of(&self.root).unwrap_or_default();
            text.push_str(&after_green::words(&self.exercise, attempt));
            text.push_str(&after_green::next(
                &self.root,
                &book,
                &progress,
                &self.exercise,
            ));
            let is_green = |it: &&Exercise| progress.standing(it) == Standing::Green;
            let done = self.root.exercises().filter(is_green).count();
            let all = self.root.exercises().count();
            text.push_str(&format!("\n{}\n", list::bar(done, all, 30)));
            if let Some(next) = progress.after(&self.root, Some(&self.exercise)) {
                self.status = format!("Enter: go on to {}. Or stay, and save again", next.name);
                self.question = Some(Question {
                    next: next.name.clone(),
                });
            }
        } else if let Some(only) = &self.only {
            self.status = format!("only {only}; a: all tests");
        }
        self.view = text;
    }

    fn press(&mut self, key: Key) -> std::io::Result<()> {
        if key == Key::Yes
            && let Some(Question { next }) = self.question.take()
        {
            return self.go_to(&next);
        }
        if !self.is_green() {
            // What another key was asked for is no answer to this.
            self.question = None;
        }
        match key {
            Key::Hint => {
                let tier = self.tier.and_then(Tier::next).unwrap_or(Tier::Question);
                self.tier = Some(tier);
                self.note = match hint::in_words(&self.root, &self.exercise, tier) {
                    Ok(text) => match tier.next() {
                        Some(next) => format!("{text}h: {}\n", next.called()),
                        None => format!(
                            "{text}That was the last. The whole of it: {}\n",
                            self.root.relative(&self.exercise.solution_source())
                        ),
                    },
                    Err(failure) => format!("{failure}\n"),
                };
            }
            Key::Next => {
                let progress = Progress::of(&self.root).unwrap_or_default();
                self.note = match progress.after(&self.root, Some(&self.exercise)) {
                    None => "There is no other that is left.\n".to_owned(),
                    Some(next) => {
                        let book = Book::of(&self.root);
                        let text = next::in_words(&self.root, &book, &progress, next);
                        self.question = Some(Question {
                            next: next.name.clone(),
                        });
                        let not_yet = if self.is_green() {
                            String::new()
                        } else {
                            format!("{WARN}{} is not green yet.{WARN:#} ", self.exercise.name)
                        };
                        format!(
                            "{text}\n{not_yet}Enter: go on to {}. Esc: stay.\n",
                            next.name
                        )
                    }
                };
            }
            Key::List => {
                let progress = Progress::of(&self.root).unwrap_or_default();
                self.note = list::in_words(&self.root, &Book::of(&self.root), &progress);
            }
            Key::Page => self.note = self.open_page(),
            Key::Trace => self.note = self.open_trace(),
            Key::One => return self.run_one(),
            Key::All => {
                self.only = None;
                self.begin();
                return self.show_running();
            }
            Key::Again => {
                if let Ok(workbook) = Workbook::at(&self.root.root) {
                    self.root = Arc::new(workbook);
                }
                self.begin();
                return self.show_running();
            }
            Key::Difference => {
                self.note = if self.is_green() {
                    let difference = after_green::difference(&self.root, &self.exercise);
                    difference.unwrap_or_else(|failure| format!("{failure}\n"))
                } else {
                    "The difference to our solution is shown once it is green.\n".to_owned()
                };
            }
            Key::Help => KEYS.clone_into(&mut self.note),
            Key::No => self.note.clear(),
            Key::Suspend => {
                self.screen.close();
                suspend();
                self.screen.reopen();
            }
            Key::Redraw => {}
            Key::Yes | Key::Other | Key::Quit => return Ok(()),
        }
        self.show_note()
    }

    /// Only the test that is shown.
    fn run_one(&mut self) -> std::io::Result<()> {
        let book = Book::of(&self.root);
        let test = self.attempt.as_ref().and_then(|attempt| {
            let view = View {
                workbook: &self.root,
                book: &book,
                exercise: &self.exercise,
                attempt,
                columns: 80,
                has_keys: true,
            };
            view.next_test().map(str::to_owned)
        });
        match test {
            Some(test) => {
                self.only = Some(test);
                self.begin();
                self.show_running()
            }
            None => {
                "No test fails that could be run alone.\n".clone_into(&mut self.note);
                self.show_note()
            }
        }
    }

    fn open_page(&self) -> String {
        let book = Book::of(&self.root);
        let Some(page) = book.of_exercise(&self.exercise) else {
            return "This exercise has no page.\n".to_owned();
        };
        match book.address() {
            Some(address) => opened(&page.name(), &address.of(page)),
            None => format!(
                "{BOLD}{}{BOLD:#}\n  {}\nIn a browser: type `cargo book` in another terminal, and then p here.\n",
                page.name(),
                self.root.relative(&book.source(page))
            ),
        }
    }

    /// Has the page of the failing models drawn, which takes a while the first time.
    fn open_trace(&mut self) -> String {
        if self.drawing.is_some() {
            return "The trace is being drawn.\n".to_owned();
        }
        let reports = self.attempt.as_ref().map(|attempt| &attempt.reports);
        let failing: Vec<_> = reports
            .into_iter()
            .flatten()
            .filter(|report| trace::is_drawable(report))
            .collect();
        if failing.is_empty() {
            return "No model fails in a schedule: there is nothing to step through.\n".to_owned();
        }
        let page = match attempt::scratch(&self.root, &self.exercise) {
            Ok(folder) => folder.join("trace.html"),
            Err(failure) => return format!("{failure}\n"),
        };
        let mut drawer = trace::drawer(&self.root, &self.exercise, failing.into_iter(), &page);
        let (stop, events) = (Stop::default(), self.sender.clone());
        self.drawing = Some(stop.clone());
        thread::spawn(move || {
            let drawn = match stop.output(&mut drawer) {
                Ok(Some((true, _))) => Ok(file_address(&page)),
                Ok(Some((false, said))) => Err(said),
                Ok(None) => return,
                Err(failure) => Err(format!("{failure}\n")),
            };
            let _ = events.send(Event::Drawn(drawn));
        });
        "Drawing the trace. The first time, this compiles the book: a minute or two.\n".to_owned()
    }

    fn go_to(&mut self, name: &str) -> std::io::Result<()> {
        self.stop();
        let found = Workbook::at(&self.root.root).and_then(|workbook| {
            let exercise = workbook.exercise(name)?.clone();
            Ok((workbook, exercise))
        });
        match found {
            Ok((workbook, exercise)) => {
                self.root = Arc::new(workbook);
                self.files = Files::watch(&exercise, &self.sender);
                self.exercise = exercise;
                (self.only, self.tier, self.question, self.attempt) = (None, None, None, None);
                self.note.clear();
                let progress = Progress::of(&self.root).unwrap_or_default();
                let book = Book::of(&self.root);
                self.view = next::in_words(&self.root, &book, &progress, &self.exercise);
                self.begin();
                self.show_running()
            }
            Err(failure) => {
                self.note = format!("{failure}\n");
                self.show()
            }
        }
    }

    /// In another size, the table of a model is another.
    fn resize(&mut self) -> std::io::Result<()> {
        let has_table = self.attempt.as_ref().is_some_and(|attempt| {
            let mut words = attempt.results.words.values();
            words.any(|words| words.has_schedule)
        });
        if has_table && self.run.is_none() {
            self.begin();
        }
        self.show()
    }

    /// Whether all tests have passed on the source as it is.
    fn is_green(&self) -> bool {
        let attempt = self.attempt.as_ref();
        self.run.is_none() && attempt.is_some_and(|attempt| attempt.is_green)
    }

    /// Ends whatever we have started.
    fn stop(&mut self) {
        for stop in self
            .run
            .take()
            .map(|(_, stop)| stop)
            .into_iter()
            .chain(self.drawing.take())
        {
            stop.now();
        }
    }

    fn show(&mut self) -> std::io::Result<()> {
        let gap = if self.note.is_empty() { "" } else { "\n" };
        let text = [&self.view, gap, &self.note].concat();
        let status = match &self.run {
            Some(_) => "testing…".to_owned(),
            None => self.status.clone(),
        };
        let keys = self.keys();
        self.screen.show(&text, &keys, &status)
    }

    /// Line after line, what stands above is not said again.
    fn show_note(&mut self) -> std::io::Result<()> {
        if !self.screen.is_plain() {
            return self.show();
        }
        self.screen.show(&self.note, "", "")
    }

    fn show_running(&mut self) -> std::io::Result<()> {
        if !self.screen.is_plain() {
            return self.show();
        }
        let text = format!("{}: testing…", self.exercise.name);
        self.screen.show(&text, "", "")
    }

    fn keys(&self) -> String {
        let mut keys = vec!["h hint", "n next", "l list", "p page"];
        if let Some(attempt) = &self.attempt {
            if attempt.reports.iter().any(trace::is_drawable) {
                keys.push("t trace");
            }
            if !attempt.results.failed.is_empty() && self.only.is_none() {
                keys.push("o only this test");
            }
            if attempt.is_green {
                keys.push("d difference");
            }
        }
        if self.only.is_some() {
            keys.push("a all tests");
        }
        keys.extend(["r again", "q quit"]);
        keys.join("  ")
    }
}

/// Opens `address` in a browser, where there is one that has a window of its own.
fn opened(what: &str, address: &str) -> String {
    let words = format!("{BOLD}{what}{BOLD:#}\n  {address}\n");
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut browser = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut start = Command::new("cmd");
        start.args(["/C", "start", ""]);
        start
    } else if set("DISPLAY") || set("WAYLAND_DISPLAY") {
        Command::new("xdg-open")
    } else {
        return words;
    };
    let started = browser
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Ok(mut browser) = started {
        thread::spawn(move || browser.wait());
    }
    words
}

/// Ctrl-Z: all that the shell has started together stops, until it says `fg`.
#[cfg(unix)]
fn suspend() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
}

#[cfg(not(unix))]
fn suspend() {}
