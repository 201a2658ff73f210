//! What a model's operating-system thread remembers of the execution it is in.
//!
//! Loom runs all threads of a model as coroutines on the one thread that called it, and calls the closure
//! once per execution. So one thread-local buffer, emptied when an execution begins, holds exactly the
//! failing execution when one fails.

mod corrections;
mod execution;
mod orderings;
mod panics;
mod recorder;
mod rounds;
mod spurious;
mod threads;

pub(crate) use corrections::{
    fence_before_seq_cst, note_lock_attempt, note_shared_loads, orders_loads, orders_lock_attempts,
    take_turn_before_store,
};
pub(crate) use execution::{finish, start, start_execution};
pub(crate) use orderings::ordering;
pub(crate) use panics::{about_to_abort, message, note_panic, run_thread, unwinding};
pub(crate) use recorder::{amend, begin, name_object, new_object, record, steps_taken};
pub(crate) use rounds::{changed, round_was_futile, saw};
pub(crate) use spurious::{
    can_wake_spuriously, may_wake_spuriously, sleep_ends_at_once, weak_exchange_fails,
};
pub(crate) use threads::{
    add_thread, current, enter_thread, parker, sleep_place, switching, thread_name,
};

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::ordering::{OrderingSite, Role};
use crate::run::{Progress, Settings, Tally};
use crate::step::{Object, Site, Step};
use threads::Parker;

/// What is known of a run, and of the execution it is in.
struct Context {
    settings: Settings,
    progress: Arc<Progress>,
    tally: Tally,
    orderings: HashMap<(Site, Role), OrderingSite>,
    steps: Vec<Step>,
    /// By thread: the step that it has begun, until that takes effect.
    pending: Vec<Option<Step>>,
    objects: Vec<Object>,
    threads: Vec<Thread>,
    weak_exchanges: usize,
    sleeps: usize,
}

/// What is known of a thread of the model.
#[derive(Default)]
struct Thread {
    name: Option<String>,
    /// The round before, and how much had changed by its end.
    last_round: Option<(u64, u64)>,
    /// Whether a SeqCst access of this thread came before.
    seq_cst: bool,
    sleep: Option<Rc<loom::sync::Notify>>,
    /// Something of its own to take a turn at.
    gate: Option<Rc<loom::sync::Condvar>>,
    park: Option<Rc<Parker>>,
    woken_spuriously: bool,
}

/// What every step touches, kept apart from the rest: a model takes millions of steps.
struct Hot {
    /// Which thread of the model is running.
    current: Cell<usize>,
    recording: Cell<bool>,
    /// Whether a panic of this execution has been noted.
    failed: Cell<bool>,
    /// Whether there was another panic since.
    panicked_again: Cell<bool>,
    /// Whether orderings are to be collected or weakened.
    asks_for_orderings: Cell<bool>,
    /// How many objects this execution has made.
    objects: Cell<u32>,
    /// Grows whenever shared state changes.
    changes: Cell<u64>,
    /// What each thread has seen since it last said that it waits.
    rounds: [Cell<u64>; loom::MAX_THREADS],
    /// Points into `CONTEXT` while a run is on; null otherwise.
    progress: Cell<*const Progress>,
}

thread_local! {
    static CONTEXT: RefCell<Option<Context>> = const { RefCell::new(None) };
    static HOT: Hot = const {
        Hot {
            current: Cell::new(0),
            recording: Cell::new(false),
            failed: Cell::new(false),
            panicked_again: Cell::new(false),
            asks_for_orderings: Cell::new(false),
            objects: Cell::new(0),
            changes: Cell::new(0),
            rounds: [const { Cell::new(0) }; loom::MAX_THREADS],
            progress: Cell::new(std::ptr::null()),
        }
    };
}

fn with<R>(work: impl FnOnce(&mut Context) -> R) -> R {
    CONTEXT.with_borrow_mut(|context| {
        work(
            context
                .as_mut()
                .expect("lanes' types can be used only inside `lanes::model`"),
        )
    })
}

impl Hot {
    /// How far the run has come. `None` while there is no run.
    #[inline]
    fn progress(&self) -> Option<&Progress> {
        // SAFETY:
        // - Null, or set by `start` to what the `Arc` in `CONTEXT` points to.
        // - `finish` sets it to null before it drops that `Arc`, and no borrow outlives a call of this module's.
        // - A `Progress` is never borrowed mutably.
        unsafe { self.progress.get().as_ref() }
    }
}
