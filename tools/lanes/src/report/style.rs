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
    /// How the rows stand there.
    pub layout: Layout,
}

/// How the rows of a report stand there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// With one lane for each thread.
    #[default]
    Table,
    /// One sentence to a row: `row 3, T0: write value: 0 → 1, spin_lock.rs line 131`.
    Lines,
}

impl Default for Style {
    /// A hundred columns, without colour.
    fn default() -> Self {
        Self {
            width: DEFAULT_WIDTH,
            colour: false,
            layout: Layout::Table,
        }
    }
}

impl Style {
    /// What suits standard output: the terminal's width, or `COLUMNS`; colour only on a terminal, and never
    /// if `NO_COLOR` is set; a line for each row if `LANES_STYLE` is `lines`.
    ///
    /// # Panics
    ///
    /// If `LANES_STYLE` is something else than `table` or `lines`.
    pub fn of_stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            width: width(terminal),
            colour: terminal && !dumb && !set("NO_COLOR"),
            layout: layout(),
        }
    }
}

fn layout() -> Layout {
    let Some(asked) = std::env::var_os("LANES_STYLE") else {
        return Layout::Table;
    };
    match asked.to_str() {
        Some("table" | "") => Layout::Table,
        Some("lines") => Layout::Lines,
        _ => panic!(
            "LANES_STYLE is {asked:?}: it can be `table`, or `lines` for one sentence to a row"
        ),
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
