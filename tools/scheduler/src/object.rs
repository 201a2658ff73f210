//! The shared objects of a program, without the memory of its atomics.

use std::any::type_name;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::memory::{ThreadId, View};

/// Something that threads share.
pub(crate) struct Object {
    /// What the program calls it.
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// Its stores are in the [`Memory`](crate::memory::Memory).
    Atomic {
        is_bool: bool,
    },
    Mutex {
        holder: Option<ThreadId>,
        /// What the next holder learns.
        released: View,
        content: Content,
    },
    Condvar {
        sleepers: Vec<ThreadId>,
    },
    Cell {
        written: Option<Access>,
        read: Vec<Access>,
        content: Content,
    },
}

/// An access to plain memory: who, and how far it had come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(crate) thread: ThreadId,
    time: usize,
}

impl Access {
    /// `thread` accesses now, with this view.
    pub(crate) fn now(thread: ThreadId, view: &View) -> Self {
        Self {
            thread,
            time: view.clock(thread),
        }
    }

    /// Whether it happened before what comes next for whoever has that view.
    pub(crate) fn is_known_to(self, view: &View) -> bool {
        self.time <= view.clock(self.thread)
    }
}

/// What is in a mutex or a cell.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// The value in words, if it has some and they are known.
    pub(crate) text: Option<String>,
    /// Tells it from other contents: equal numbers, equal contents.
    pub(crate) number: u64,
}

impl Content {
    /// What is at `place` to begin with.
    ///
    /// # Safety
    ///
    /// `place` must be valid for reads of an initialised `T`.
    pub(crate) unsafe fn new<T>(place: *const T) -> Self {
        let mut content = Self {
            text: None,
            number: 0,
        };
        // SAFETY: the caller's promise.
        unsafe { content.update(place, 0) };
        content
    }

    /// What is at `place` after somebody with that history may have changed it.
    ///
    /// # Safety
    ///
    /// As for [`new`](Self::new).
    pub(crate) unsafe fn update<T>(&mut self, place: *const T, history: u64) {
        // SAFETY: the caller's promise.
        match unsafe { words(place) } {
            Some(text) => {
                self.number = number(&text);
                self.text = Some(text);
            }
            None => self.hide(history),
        }
    }

    /// Somebody with that history changes it, and nobody looks.
    pub(crate) fn hide(&mut self, history: u64) {
        self.text = None;
        self.number = number(&(self.number, history));
    }
}

fn number(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// The value of a primitive in words; none for any other type.
///
/// # Safety
///
/// `place` must be valid for reads of an initialised `T`.
pub(crate) unsafe fn words<T>(place: *const T) -> Option<String> {
    macro_rules! primitive {
        ($($primitive:ident)*) => {
            match type_name::<T>() {
                "()" => Some(String::new()),
                // SAFETY: only the primitive itself has this name: every other type's has a path.
                $(stringify!($primitive) => Some(unsafe { *place.cast::<$primitive>() }.to_string()),)*
                _ => None,
            }
        };
    }
    primitive!(bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize)
}
