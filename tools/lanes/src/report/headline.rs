//! What is wrong, in one line.

use super::{Kind, Report, Row, State, rows};

impl Report {
    pub(super) fn compose_headline(&self) -> String {
        let kind = self.kind;
        let words = kind.words();
        let first_line = self.message.lines().next().unwrap_or_default();
        let failed = self.rows.iter().find(|row| row.state == State::Failed);
        let object = || {
            failed
                .and_then(|row| row.object.clone())
                .unwrap_or_default()
        };
        match kind {
            Kind::DataRace | Kind::UseAfterFree => match object() {
                name if name.is_empty() => words.to_owned(),
                name => format!("{words} on `{name}`"),
            },
            Kind::Deadlock => {
                let blocked = self.rows.iter().filter(|row| row.state == State::Blocked);
                let blocked: Vec<usize> = blocked.map(|row| row.thread).collect();
                let threads = rows::threads(blocked.iter().copied());
                match blocked.len() {
                    0 => words.to_owned(),
                    1 => format!("{words}: {threads} waits for ever"),
                    _ => format!("{words}: {threads} wait for ever"),
                }
            }
            Kind::Assertion => format!("{words}: {}", assertion(&self.message)),
            Kind::Panic => format!("{words}: {first_line}"),
            Kind::Leak => {
                let freed = |name: &str| {
                    let free = |row: &&Row| row.op == "free" && row.object.as_deref() == Some(name);
                    self.rows.iter().any(|row| free(&row))
                };
                let made = self.rows.iter().filter(|row| row.op == "alloc");
                let left = made
                    .filter_map(|row| row.object.clone())
                    .find(|name| !freed(name));
                match left {
                    Some(name) => format!("{words}: `{name}` is never dropped"),
                    None => words.to_owned(),
                }
            }
            Kind::Waits => format!("{words}: {first_line}"),
            Kind::Livelock => format!("{words}: the threads go on and on and get nowhere"),
            Kind::NotYetImplemented => first_line.to_owned(),
            _ => words.to_owned(),
        }
    }
}

/// What an assertion says, on one line: its own message, or else what does not hold.
pub(super) fn assertion(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    if let Some(condition) = line.strip_prefix("assertion failed: ") {
        return condition;
    }
    // `assertion `left == right` failed: the message`
    let Some(comparison) = line.strip_prefix("assertion `") else {
        return line;
    };
    match comparison.split_once("` failed") {
        Some((comparison, "")) => comparison,
        Some((_, message)) => message.trim_start_matches(": "),
        None => line,
    }
}
