//! Where the loop shows what it has: a terminal that is written anew each time, or line after line.

use std::io::{self, IsTerminal as _, Write as _, stdin, stdout};

use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{self, Clear, ClearType};

use crate::prose::{cut, fold};

pub(crate) struct Screen {
    is_plain: bool,
    /// What the last line says, in a terminal.
    status: String,
}

impl Screen {
    /// Takes the terminal over, if there is one that can be written anew.
    pub(crate) fn open(plain: bool) -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_plain = plain || is_dumb || !stdin().is_terminal() || !stdout().is_terminal();
        Self {
            is_plain: is_plain || terminal::enable_raw_mode().is_err(),
            status: String::new(),
        }
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether there was a terminal, and there is none any more: not every system tells whoever waits for a key.
    pub(crate) fn is_lost(&self) -> bool {
        !self.is_plain && !stdin().is_terminal()
    }

    /// How wide it is, if that is known.
    pub(crate) fn columns(&self) -> Option<u16> {
        if !stdout().is_terminal() {
            return None;
        }
        let size = terminal::size().ok();
        size.map(|(columns, _)| columns)
            .filter(|columns| *columns > 0)
    }

    /// Shows `text`, with `keys` and `status` below it.
    pub(crate) fn show(&mut self, text: &str, keys: &str, status: &str) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        if self.is_plain {
            for part in [text.trim_end(), keys, status] {
                if !part.is_empty() {
                    writeln!(out, "{part}")?;
                }
            }
            return out.flush();
        }
        let (columns, rows) = terminal::size().unwrap_or((80, 24));
        let columns = usize::from(columns.max(1));
        queue!(stdout(), Clear(ClearType::All), MoveTo(0, 0))?;
        let keys = wrapped(keys, columns);
        let text = fold(text, columns);
        let lines: usize = text
            .lines()
            .map(|line| {
                let line = anstream::adapter::strip_str(line).to_string();
                line.chars().count().div_ceil(columns).max(1)
            })
            .sum();
        let is_long = lines + keys.lines().count() + 2 > usize::from(rows);
        let above = if is_long {
            "↑ there is more above\n"
        } else {
            ""
        };
        for line in [text.as_str(), "\n", above, &keys].concat().lines() {
            write!(out, "{line}\r\n")?;
        }
        drop(out);
        status.clone_into(&mut self.status);
        self.write_status(columns)
    }

    /// Shows another status in place of the last one.
    pub(crate) fn say(&mut self, status: &str) -> io::Result<()> {
        if self.is_plain || self.status == status {
            return Ok(());
        }
        status.clone_into(&mut self.status);
        let columns = terminal::size().map_or(80, |(columns, _)| columns);
        self.write_status(usize::from(columns.max(1)))
    }

    fn write_status(&self, columns: usize) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        // One less than there is room for: some terminals go on to the next line when the last column is taken.
        let status = cut(&self.status, columns.saturating_sub(1));
        write!(out, "\r{status}")?;
        queue!(stdout(), Clear(ClearType::UntilNewLine))?;
        out.flush()
    }

    /// Gives the terminal back for a while, or for good.
    pub(crate) fn close(&self) {
        if !self.is_plain {
            let _ = terminal::disable_raw_mode();
            let _ = writeln!(stdout());
        }
    }

    /// Takes it over again.
    pub(crate) fn reopen(&self) {
        if !self.is_plain {
            let _ = terminal::enable_raw_mode();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.close();
    }
}

/// `text`, whose parts are two spaces apart, in lines of no more than so many columns.
fn wrapped(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in text.split("  ") {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 2 + part.chars().count() < columns => {
                line.push_str("  ");
                line.push_str(part);
            }
            _ => lines.push(cut(part, columns.saturating_sub(1))),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_take_more_lines_where_it_is_narrow() {
        assert_eq!(
            wrapped("h hint  n next  q quit", 40),
            "h hint  n next  q quit"
        );
        assert_eq!(
            wrapped("h hint  n next  q quit", 16),
            "h hint  n next\nq quit"
        );
        assert_eq!(wrapped("h hint  n next", 4), "h…\nn…");
    }
}
