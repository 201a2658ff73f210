//! States, as far as they are for others to see.

use rustc_hash::FxHashMap;

use super::{Cell, Fault, Id, Lock, Object, Place, State, Thread};
use crate::history::History;
use crate::op::{Node, Tid};
use crate::state;
use crate::wait::Look;
use crate::world::{self, Kind};

/// All that was made.
pub(super) fn objects() -> Vec<Object> {
    let object = |(kind, number, note): (Kind, usize, Option<world::Note>)| {
        let id = match kind {
            Kind::Atomic => Id::Atomic(number),
            Kind::Cell => Id::Cell(number),
            Kind::Lock => Id::Lock(number),
            Kind::Condvar => Id::Condvar(number),
            Kind::Refs => Id::Count(number),
            Kind::Thread | Kind::Address => return None,
        };
        Some(Object {
            id,
            place: note.map(|(place, _)| place),
            holds: note.map_or("", |(_, holds)| holds),
        })
    };
    world::made().into_iter().filter_map(object).collect()
}

/// A state, without its steps.
pub(super) fn of(
    state: &state::State,
    fault: Option<Fault>,
    history: &History,
    places: &FxHashMap<Node, Place>,
) -> State {
    let thread = |(t, thread): (Tid, &Option<state::Thread>)| {
        let thread = thread.as_ref()?;
        Some(Thread {
            next: thread.op,
            phase: thread.phase,
            place: places.get(&thread.node).copied(),
            waits_for: waits_for(state, t, history),
        })
    };
    let cell = |cell: &crate::cell::Cell| Cell {
        value: history.value_of(cell.content),
        written: cell.written.map(|(by, _)| by),
    };
    let lock = |lock: &crate::lock::Lock| Lock {
        value: history.value_of(lock.content),
        writer: lock.writer,
        readers: lock.readers.clone(),
    };
    let stores = |atomic: &crate::memory::Atomic| atomic.stores.iter().map(|it| it.val).collect();
    State {
        threads: state.threads.iter().enumerate().map(thread).collect(),
        atomics: state.atomics.iter().map(|it| stores(it)).collect(),
        cells: state.cells.iter().map(|it| cell(it)).collect(),
        locks: state.locks.iter().map(lock).collect(),
        counts: state.refs.iter().map(|it| it.count).collect(),
        fault,
        steps: Vec::new(),
    }
}

/// What a thread looks at in vain.
fn waits_for(state: &state::State, t: Tid, history: &History) -> Vec<Id> {
    if !state.is_waiting(t, history) || !state.ways(t, history).is_empty() {
        return Vec::new();
    }
    let wait = history.wait(state.thread(t).node);
    let looks = wait
        .and_then(|wait| wait.looks(state.uses))
        .unwrap_or_default();
    let id = |look: &Look| match *look {
        Look::Atomic { x, .. } | Look::Update { x, .. } | Look::Exchange { x, .. } => {
            Some(Id::Atomic(x))
        }
        Look::Held { m, .. } | Look::Inside { m, .. } => Some(Id::Lock(m)),
        Look::Cell { c, .. } => Some(Id::Cell(c)),
        Look::Count { r, .. } => Some(Id::Count(r)),
        Look::Luck => None,
    };
    looks.iter().filter_map(id).collect()
}
