//! A thread of the program under exploration.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Condvar};

use crate::memory::{Mind, ObjectId};
use crate::op::Pending;

/// What is known of a thread that has stopped.
pub(crate) struct Thread {
    /// `main`, or a letter.
    pub(crate) name: String,
    /// What it does next; nothing if it has ended.
    pub(crate) pending: Option<Pending>,
    pub(crate) mind: Mind,
    /// Whether it ends with a value that whoever joins it can look at.
    pub(crate) has_result: bool,
    pub(crate) joined: bool,
    /// All that the program has told this thread. A program is deterministic, so this stands for what is in
    /// the thread's variables.
    history: u64,
    /// What it has read since it last changed something: object and store.
    pub(crate) reads: Vec<(ObjectId, usize)>,
    /// What it had read when it began to spin.
    pub(crate) spins: Vec<(ObjectId, usize)>,
    /// Where its machine thread sleeps until it is its turn.
    pub(crate) turn: Arc<Condvar>,
}

impl Thread {
    /// A thread that has not begun.
    pub(crate) fn new(name: String, has_result: bool, mind: Mind, pending: Pending) -> Self {
        Self {
            name,
            pending: Some(pending),
            mind,
            has_result,
            joined: false,
            history: 0,
            reads: Vec::new(),
            spins: Vec::new(),
            turn: Arc::default(),
        }
    }

    /// Whether it has ended.
    pub(crate) fn is_done(&self) -> bool {
        self.pending.is_none()
    }

    /// Stands for all that it has been told.
    pub(crate) fn history(&self) -> u64 {
        self.history
    }

    /// It has taken its pending step, and learnt `what`.
    pub(crate) fn remember(&mut self, what: impl Hash) {
        let mut hasher = DefaultHasher::new();
        self.history.hash(&mut hasher);
        if let Some(pending) = &self.pending {
            (pending.site.line(), pending.site.column()).hash(&mut hasher);
        }
        what.hash(&mut hasher);
        self.history = hasher.finish();
    }
}
