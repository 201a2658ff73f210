//! What a model's operating-system thread remembers of the execution it is in.
//!
//! Both engines run all threads of a model as coroutines on the one thread that called them. So one thread-local buffer,
//! emptied when an execution begins, holds exactly the failing execution when one fails.

mod execution;
mod orderings;
mod panics;
mod recorder;
mod threads;
mod waits;

pub(crate) use execution::{execution, finish, is_inside, start, start_execution};
pub(crate) use orderings::ordering;
pub(crate) use panics::{
    about_to_abort, is_over, message, note_panic, overflows, run_thread, unwinding,
};
pub(crate) use recorder::{
    Pending, amend, begin, failure, interrupts, name_object, new_object, own_steps, record,
    steps_taken,
};
pub(crate) use threads::{add_thread, current, enter_thread, explores, name_thread, thread_name};
pub(crate) use waits::{sleeps, wakes};

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use explorer::MOST_THREADS;

use crate::ordering::{OrderingSite, Role};
use crate::run::{Progress, Settings, Tally};
use crate::step::{Object, ObjectId, Site, Step};

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
    /// By thread: the name that it was started with.
    threads: Vec<Option<String>>,
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
    /// By thread: how many steps it has begun in this execution.
    own_steps: [Cell<u32>; MOST_THREADS],
    /// Which execution of the process it is.
    execution: Cell<u32>,
    /// The watched memory that the next step's object lies in.
    reached: Cell<Option<ObjectId>>,
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
            own_steps: [const { Cell::new(0) }; MOST_THREADS],
            execution: Cell::new(0),
            reached: Cell::new(None),
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
