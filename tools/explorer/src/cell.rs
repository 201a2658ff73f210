//! Plain memory: what races, and what is freed.

use std::rc::Rc;

use crate::failure::Kind;
use crate::op::{ContentId, Tid};
use crate::seq_cst::Access;
use crate::state::State;
use crate::step::Stop;

/// A piece of plain memory.
#[derive(Clone, Default, Debug)]
pub(crate) struct Cell {
    pub(crate) content: ContentId,
    /// Its last write, if not all threads know of it.
    pub(crate) written: Option<(Tid, u32)>,
    /// The last read of each thread since, by number, if not all know of it.
    pub(crate) read: Vec<(Tid, u32)>,
    /// An allocation that is not yet freed.
    pub(crate) owned: bool,
    pub(crate) freed: bool,
}

impl Cell {
    pub(crate) fn new(content: ContentId, born: (Tid, u32), owned: bool) -> Self {
        Self {
            content,
            written: Some(born),
            read: Vec::new(),
            owned,
            freed: false,
        }
    }
}

/// What is done to a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    Read,
    Write,
    Free,
}

impl State {
    /// Accesses plain memory, if that is no race.
    pub(crate) fn touch(&mut self, t: Tid, c: usize, touch: Touch) -> Result<ContentId, Stop> {
        let cell = &self.cells[c];
        let what = match touch {
            Touch::Read => "reads",
            Touch::Write => "writes",
            Touch::Free => "frees",
        };
        if cell.freed {
            let again = if touch == Touch::Free {
                "which is freed already"
            } else {
                "which is freed"
            };
            return Err(Stop::Fails(
                Kind::UseAfterFree,
                format!("T{t} {what} cell {c}, {again}"),
            ));
        }
        if let Some((u, done)) = self.unordered(t, c, touch) {
            let text =
                format!("T{t} {what} cell {c}, which T{u} has {done}, and nothing orders the two");
            return Err(Stop::Fails(Kind::Race, text));
        }
        let now = self.note(t, Access::Other, false);
        let cell = Rc::make_mut(&mut self.cells[c]);
        if touch == Touch::Read {
            cell.read.retain(|&(by, _)| by != t);
            cell.read.push((t, now));
            cell.read.sort_unstable();
        } else {
            cell.written = Some((t, now));
            cell.read.clear();
        }
        cell.freed |= touch == Touch::Free;
        cell.owned &= touch != Touch::Free;
        Ok(cell.content)
    }

    /// Another access that nothing orders with this one: whose, and what it has done.
    pub(crate) fn unordered(&self, t: Tid, c: usize, touch: Touch) -> Option<(Tid, &'static str)> {
        let unknown = |(by, time): &(Tid, u32)| self.thread(t).cur.clock(*by) < *time;
        let cell = &self.cells[c];
        let written = cell.written.filter(unknown).map(|(by, _)| (by, "written"));
        let read = cell.read.iter().copied().find(unknown);
        let read = read.filter(|_| touch != Touch::Read);
        written.or(read.map(|(by, _)| (by, "read")))
    }
}
