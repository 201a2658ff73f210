use std::io::{self, IsTerminal};

/// The width of a table that knows of no terminal.
const DEFAULT_WIDTH: usize = 100;

/// Where a table is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// How many columns there are.
    pub width: usize,
    /// Whether rows to look at are coloured, too. They are marked by `▶` in any case.
    pub colour: bool,
}

impl Default for Style {
    /// A hundred columns, without colour.
    fn default() -> Self {
        Self {
            width: DEFAULT_WIDTH,
            colour: false,
        }
    }
}

impl Style {
    /// What suits standard output: the terminal's width, or `COLUMNS`; colour only on a terminal, and never
    /// if `NO_COLOR` is set.
    pub fn of_stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            width: width(terminal),
            colour: terminal && !dumb && !set("NO_COLOR"),
        }
    }
}

fn width(terminal: bool) -> usize {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|columns| columns.parse().ok());
    let columns = columns.or_else(|| terminal.then(terminal_width).flatten());
    columns
        .filter(|columns| *columns >= 40)
        .unwrap_or(DEFAULT_WIDTH)
}

/// The width of the terminal that standard output is.
#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: this request writes a `winsize` to where its argument points, which is valid for that, or nothing.
    let result = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) };
    (result == 0 && size.ws_col > 0).then(|| size.ws_col.into())
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    None
}
