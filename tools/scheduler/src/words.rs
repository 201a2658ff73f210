//! The state in words.

use crate::graph::Stopped;
use crate::memory::{ObjectId, ThreadId};
use crate::object::{Content, Kind};
use crate::op::Op;
use crate::state::State;

impl State {
    /// What the program calls an object: its variable or field, with a number where several have that name.
    pub(crate) fn name(&self, object: ObjectId) -> String {
        let own = &self.objects[object].name;
        let same: Vec<ObjectId> = (0..self.objects.len())
            .filter(|&other| self.objects[other].name == *own)
            .collect();
        match same.iter().position(|&other| other == object) {
            Some(place) if same.len() > 1 => format!("{own}[{place}]"),
            _ => own.clone(),
        }
    }

    /// A value of an atomic.
    pub(crate) fn value_of(&self, object: ObjectId, value: i128) -> String {
        match self.objects[object].kind {
            Kind::Atomic { is_bool: true } => (value != 0).to_string(),
            _ => value.to_string(),
        }
    }

    /// What an object holds.
    pub(crate) fn value(&self, object: ObjectId) -> String {
        match &self.objects[object].kind {
            Kind::Atomic { .. } => self.value_of(object, self.memory.newest(object)),
            Kind::Mutex {
                holder, content, ..
            } => {
                let who = match holder {
                    Some(holder) => format!("held by {}", self.threads[*holder].name),
                    None => String::from("free"),
                };
                match content.text.as_deref() {
                    None | Some("") => who,
                    Some(value) => format!("{value}, {who}"),
                }
            }
            Kind::Condvar { sleepers } => match sleepers.as_slice() {
                [] => String::from("nobody asleep"),
                sleepers => format!("{} asleep", self.names(sleepers)),
            },
            Kind::Cell {
                content, written, ..
            } => match (content, written) {
                (
                    Content {
                        text: Some(value), ..
                    },
                    _,
                ) => value.clone(),
                (_, Some(access)) => format!("written by {}", self.threads[access.thread].name),
                (_, None) => String::from("–"),
            },
        }
    }

    /// `A and B`.
    pub(crate) fn names(&self, threads: &[ThreadId]) -> String {
        let names: Vec<&str> = threads
            .iter()
            .map(|&thread| self.threads[thread].name.as_str())
            .collect();
        names.join(" and ")
    }

    /// Where a thread has stopped, and before what.
    pub(crate) fn stopped(&self, thread: ThreadId) -> Stopped {
        let pending = self.threads[thread].pending.as_ref();
        Stopped {
            site: pending.filter(|it| it.op != Op::Panicked).map(|it| it.site),
            text: self.next_step(thread),
            blocked: self.blocked(thread),
        }
    }

    fn next_step(&self, thread: ThreadId) -> String {
        let Some(pending) = &self.threads[thread].pending else {
            return String::new();
        };
        let name = || self.name(pending.object);
        match &pending.op {
            Op::Start => String::from("begin"),
            Op::Join(other) => format!("wait for the end of {}", self.threads[*other].name),
            Op::Load(ordering) => format!("load `{}` ({ordering:?})", name()),
            Op::Store(ordering, value) => format!("store {value} in `{}` ({ordering:?})", name()),
            Op::Exchange { call, ordering, .. } => format!("`{}.{call}` ({ordering:?})", name()),
            Op::Fence(ordering) => format!("fence ({ordering:?})"),
            Op::CellRead => format!("read `{}`", name()),
            Op::CellWrite => format!("write `{}`", name()),
            Op::Lock => format!("lock `{}`", name()),
            Op::TryLock => format!("try to lock `{}`", name()),
            Op::Unlock => format!("drop its guard and so unlock `{}`", name()),
            Op::Wait(mutex) => format!("unlock `{}` and sleep on `{}`", self.name(*mutex), name()),
            Op::Asleep(_) => format!("sleep on `{}`", name()),
            Op::Relock => format!("lock `{}` again, having woken up", name()),
            Op::Notify { all: true } => format!("notify all on `{}`", name()),
            Op::Notify { all: false } => format!("notify one on `{}`", name()),
            Op::Spin => String::from("look again"),
            Op::Panicked => String::from("panicked"),
            Op::Yield => String::from("let others go first"),
        }
    }
}
