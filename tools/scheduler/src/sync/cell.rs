//! Shared memory without a lock of its own.

use std::panic::Location;

use crate::execution::{end, is_unwinding, me, step};
use crate::graph::Outcome;
use crate::memory::{ObjectId, ThreadId};
use crate::object::{Access, Content, Kind};
use crate::op::{Op, Site};
use crate::source::normal;
use crate::state::State;

use super::Named;

/// [`std::cell::UnsafeCell`], reached through a closure. Two accesses, at least one of them a write, that nothing
/// orders, are a data race and end the run.
pub struct UnsafeCell<T> {
    value: std::cell::UnsafeCell<T>,
    object: ObjectId,
}

impl<T> UnsafeCell<T> {
    /// Wraps a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let kind = Kind::Cell {
            written: None,
            read: Vec::new(),
            // SAFETY: a reference is valid.
            content: unsafe { Content::new(&raw const value) },
        };
        Self {
            object: me().execution.state().add_object(kind, Location::caller()),
            value: std::cell::UnsafeCell::new(value),
        }
    }

    /// Takes the value back out. Owning the cell proves that nobody else can reach it.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// The value, by the same proof.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Reads: calls `access` with a pointer to the value.
    ///
    /// Dereferencing it is sound while no other thread writes.
    #[track_caller]
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        if !is_unwinding() {
            self.touch(false, Location::caller());
        }
        access(self.value.get())
    }

    /// Writes: calls `access` with a mutable pointer to the value.
    ///
    /// Dereferencing it is sound while no other thread reads or writes.
    #[track_caller]
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        if is_unwinding() {
            return access(self.value.get());
        }
        self.touch(true, Location::caller());
        // SAFETY: only the thread with the baton runs, so nobody else is at the value now.
        let before = unsafe { crate::object::words(self.value.get()) };
        let result = access(self.value.get());
        // SAFETY: as above.
        let after = unsafe { crate::object::words(self.value.get()) };
        if after != before {
            // Else a reference may have left `access`, to be written through later.
            self.update(&mut me().execution.state(), me().thread);
        }
        result
    }

    /// The step itself. Ends the run if it races with another.
    fn touch(&self, write: bool, site: Site) {
        let op = match write {
            true => Op::CellWrite,
            false => Op::CellRead,
        };
        let race = step(op, self.object, site, |state, me, _| {
            let race = race(state, self.object, me, write);
            // What is there was written by somebody whose step this was: look, whoever it was.
            self.update(state, me);
            let name = state.name(self.object);
            let value = state.value(self.object);
            let said = match write {
                true => format!("writes `{name}`"),
                false => format!("reads {value} from `{name}`"),
            };
            state.effect(said);
            note(state, self.object, me, write);
            race
        });
        if let Some(race) = race {
            end(Outcome::Race(race, normal(site.file()), site.line()));
        }
    }

    /// Looks at what is in the cell.
    fn update(&self, state: &mut State, by: ThreadId) {
        let history = state.threads[by].history();
        if let Kind::Cell { content, .. } = &mut state.objects[self.object].kind
            // SAFETY: only the thread with the baton runs, and the value is initialised.
            && let Some(now) = unsafe { crate::object::words(self.value.get()) }
            && content.text.as_ref() != Some(&now)
        {
            // SAFETY: as above.
            unsafe { content.update(self.value.get(), history) };
        }
    }
}

/// The access that this one races with, in words.
fn race(state: &State, object: ObjectId, me: ThreadId, write: bool) -> Option<String> {
    let Kind::Cell { written, read, .. } = &state.objects[object].kind else {
        return None;
    };
    let view = &state.threads[me].mind.view;
    let writes = written.iter().map(|access| (access, "written"));
    let reads = read.iter().filter(|_| write).map(|access| (access, "read"));
    let (access, how) = writes
        .chain(reads)
        .find(|(access, _)| !access.is_known_to(view))?;
    let name = state.name(object);
    let [they, we] = [access.thread, me].map(|thread| &state.threads[thread].name);
    let does = if write { "writes" } else { "reads" };
    Some(format!(
        "{they} has {how} `{name}`, {we} {does} it, and nothing orders the two"
    ))
}

/// Remembers the access, and what it tells the thread.
fn note(state: &mut State, object: ObjectId, me: ThreadId, write: bool) {
    let access = Access::now(me, &state.threads[me].mind.view);
    let history = state.threads[me].history();
    if let Kind::Cell {
        written,
        read,
        content,
    } = &mut state.objects[object].kind
    {
        let number = content.number;
        if write {
            *written = Some(access);
            read.clear();
            content.hide(history);
        } else {
            read.retain(|earlier| earlier.thread != me);
            read.push(access);
        }
        state.remember(me, number);
    }
    if write {
        state.change(me);
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Named for UnsafeCell<T> {
    fn object(&self) -> usize {
        self.object
    }
}
