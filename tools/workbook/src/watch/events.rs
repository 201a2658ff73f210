//! What may happen while one waits, and who tells of it.

use std::io::{BufRead as _, stdin};
use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event::{self, Event as Terminal, KeyCode, KeyEventKind, KeyModifiers};

use crate::attempt::{Attempt, Moment};
use crate::failure::Failure;

#[derive(Debug)]
pub(crate) enum Event {
    Key(Key),
    /// The terminal has another size.
    Resized,
    /// A file may have changed.
    Changed,
    /// How far the run with this number is.
    Moment(u64, Moment),
    /// The run has ended; with nothing, if it was stopped.
    Ended(u64, Result<Option<Box<Attempt>>, Failure>),
    /// What is said later of the run that was green.
    Said(u64, String),
    /// The page of a trace is drawn, or could not be: then what was said.
    Drawn(Result<String, String>),
    /// There is no more input: what runs may still come to its end.
    NoMoreKeys,
    /// The terminal is gone, or somebody wants this process to end.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Hint,
    Next,
    List,
    Page,
    Trace,
    One,
    All,
    Difference,
    Again,
    Help,
    Quit,
    Yes,
    No,
    Suspend,
    Redraw,
    Other,
}

impl Key {
    fn of(char: char) -> Self {
        match char.to_ascii_lowercase() {
            'h' => Self::Hint,
            'n' => Self::Next,
            'l' => Self::List,
            'p' => Self::Page,
            't' => Self::Trace,
            'o' => Self::One,
            'a' => Self::All,
            'd' => Self::Difference,
            'r' => Self::Again,
            '?' => Self::Help,
            'q' => Self::Quit,
            'y' => Self::Yes,
            _ => Self::Other,
        }
    }
}

/// Reads keys as they are pressed, until the terminal is gone.
pub(crate) fn keys(events: &Sender<Event>) {
    let events = events.clone();
    thread::spawn(move || {
        loop {
            let event = match event::read() {
                Ok(Terminal::Key(key)) if key.kind == KeyEventKind::Press => {
                    let control = key.modifiers.contains(KeyModifiers::CONTROL);
                    Event::Key(match key.code {
                        KeyCode::Char('c' | 'd') if control => Key::Quit,
                        KeyCode::Char('z') if control => Key::Suspend,
                        KeyCode::Char('l') if control => Key::Redraw,
                        KeyCode::Char(_) if control => Key::Other,
                        KeyCode::Char(char) => Key::of(char),
                        KeyCode::Enter => Key::Yes,
                        KeyCode::Esc => Key::No,
                        _ => Key::Other,
                    })
                }
                Ok(Terminal::Resize(..)) => Event::Resized,
                Ok(_) => continue,
                Err(_) => Event::End,
            };
            let is_end = matches!(event, Event::End);
            if events.send(event).is_err() || is_end {
                return;
            }
        }
    });
}

/// Reads keys as lines: the first letter counts.
pub(crate) fn lines(events: &Sender<Event>) {
    let events = events.clone();
    thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            let key = line.trim().chars().next().map_or(Key::Yes, Key::of);
            if events.send(Event::Key(key)).is_err() {
                return;
            }
        }
        let _ = events.send(Event::NoMoreKeys);
    });
}

/// A terminal that is closed, and whoever ends this process in good manners: what runs has to end as well.
#[cfg(unix)]
pub(crate) fn signals(events: &Sender<Event>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    let events = events.clone();
    thread::spawn(move || {
        for _ in signals.forever() {
            if events.send(Event::End).is_err() {
                return;
            }
        }
    });
}

#[cfg(not(unix))]
pub(crate) fn signals(_: &Sender<Event>) {}
