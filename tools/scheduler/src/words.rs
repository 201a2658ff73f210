//! States and steps in words: here, what things are called and what they hold.

mod choice;
mod end;
mod pending;
mod value;

use std::collections::HashMap;

use explorer::graph::{Id, Object, State};

use crate::source::Sources;

/// What things are called.
pub(crate) struct Words {
    objects: Vec<Named>,
    by_id: HashMap<Id, usize>,
}

struct Named {
    id: Id,
    name: String,
    /// The type of what it holds.
    holds: &'static str,
}

/// `main`, or a letter.
pub(crate) fn name_of(thread: usize) -> String {
    match thread {
        0 => String::from("main"),
        number => char::from_u32('A' as u32 + number as u32 - 1)
            .unwrap_or('?')
            .to_string(),
    }
}

/// `A and B`.
fn names_of(threads: &[usize]) -> String {
    let names: Vec<String> = threads.iter().map(|&it| name_of(it)).collect();
    names.join(" and ")
}

impl Words {
    /// Names objects as the program does, by their variables or fields; the first of them as they are given. Where several
    /// have one name, each has a number.
    pub(crate) fn new(objects: &[Object], given: &[&str]) -> Self {
        let mut sources = Sources::default();
        let own = |(number, object): (usize, &Object)| match (given.get(number), object.place) {
            (Some(&name), _) => name.to_owned(),
            (None, Some(place)) => sources.name_at(place),
            (None, None) => String::from("object"),
        };
        let own: Vec<String> = objects.iter().enumerate().map(own).collect();
        let name = |number: usize| {
            let same: Vec<usize> = (0..own.len())
                .filter(|&it| own[it] == own[number])
                .collect();
            match same.iter().position(|&it| it == number) {
                Some(place) if same.len() > 1 => format!("{}[{place}]", own[number]),
                _ => own[number].clone(),
            }
        };
        let named = |(number, object): (usize, &Object)| Named {
            id: object.id,
            name: name(number),
            holds: object.holds,
        };
        Self {
            objects: objects.iter().enumerate().map(named).collect(),
            by_id: objects
                .iter()
                .enumerate()
                .map(|(number, it)| (it.id, number))
                .collect(),
        }
    }

    /// The names of all objects.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.objects.iter().map(|it| it.name.as_str())
    }

    fn named(&self, id: Id) -> &Named {
        &self.objects[self.by_id[&id]]
    }

    fn name(&self, id: Id) -> &str {
        &self.named(id).name
    }

    /// A value that the object holds, has held or will hold.
    fn bits(&self, id: Id, bits: u64) -> String {
        value::words(self.named(id).holds, bits.into()).unwrap_or_else(|| bits.to_string())
    }

    /// What is inside a lock or a cell, if it has words.
    fn inside(&self, id: Id, value: Option<u128>) -> Option<String> {
        let words = value::words(self.named(id).holds, value?)?;
        Some(words).filter(|words| !words.is_empty())
    }

    /// What each object holds; nothing if it is not made yet.
    pub(crate) fn values(&self, state: &State) -> Vec<String> {
        self.objects
            .iter()
            .map(|it| self.value(state, it.id))
            .collect()
    }

    fn value(&self, state: &State, id: Id) -> String {
        match id {
            Id::Atomic(x) => {
                let newest = state.atomics.get(x).and_then(|stores| stores.last());
                newest.map_or_else(String::new, |&newest| self.bits(id, newest))
            }
            Id::Lock(m) => {
                let Some(lock) = state.locks.get(m) else {
                    return String::new();
                };
                let who = match lock.writer {
                    Some(holder) => format!("held by {}", name_of(holder)),
                    None => String::from("free"),
                };
                match self.inside(id, lock.value) {
                    Some(value) => format!("{value}, {who}"),
                    None => who,
                }
            }
            Id::Condvar(v) => match state.sleepers(v).as_slice() {
                [] => String::from("nobody asleep"),
                sleepers => format!("{} asleep", names_of(sleepers)),
            },
            Id::Cell(c) => {
                let Some(cell) = state.cells.get(c) else {
                    return String::new();
                };
                match (self.inside(id, cell.value), cell.written) {
                    (Some(value), _) => value,
                    (None, _) if self.named(id).holds == "()" => String::new(),
                    (None, Some(by)) => format!("written by {}", name_of(by)),
                    (None, None) => String::from("–"),
                }
            }
            Id::Count(r) => state.counts.get(r).map_or_else(String::new, u32::to_string),
        }
    }
}
