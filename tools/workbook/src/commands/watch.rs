//! `cargo workbook watch`

use crate::catalogue::Workbook;
use crate::failure::{Failure, Verdict};
use crate::watch;

/// Run an exercise's tests whenever you save, and show the failure that matters; keys for all the rest
#[derive(clap::Args)]
#[command(after_help = "\
Without a name it follows the next exercise that is not green, and asks before it moves on to another. Keys:

  h  a hint, each time one further      n  the next exercise      l  the list of all
  p  open the page                      t  open the trace         o  only the test that is shown
  a  all tests again                    d  once green: the difference to our solution
  r  run again                          ?  these keys             q  quit

Without a terminal, or in one that cannot move its cursor, the keys are lines of input. Exit code 0 says that the
exercise was green at the end.

Examples:
  cargo workbook watch
  cargo workbook watch spin_lock")]
pub(crate) struct Watch {
    /// The exercise, as `cargo workbook list` names it, or a file of it; the next one, if none is named
    name: Option<String>,
    /// Write line after line, and read keys as lines: for a screen reader, or for a log
    #[arg(long)]
    plain: bool,
}

impl Watch {
    pub(crate) fn run(&self, workbook: &Workbook) -> Result<Verdict, Failure> {
        watch::run(workbook, self.name.as_deref(), self.plain)
    }
}
