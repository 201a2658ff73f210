//! One run of the program. Its threads are threads of the machine that pass a baton: each stops before every
//! step, and only the one with the baton goes on.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread::panicking;

use crate::graph::{Outcome, Variant};
use crate::memory::{ObjectId, ThreadId};
use crate::op::{Op, Pending, Site};
use crate::state::State;

/// A run of the program, shared by its threads.
#[derive(Clone)]
pub(crate) struct Execution(Arc<Mutex<State>>);

/// A thread of the program: which run it belongs to, and which it is.
#[derive(Clone)]
pub(crate) struct Me {
    pub(crate) execution: Execution,
    pub(crate) thread: ThreadId,
}

thread_local! {
    static ME: RefCell<Option<Me>> = const { RefCell::new(None) };
    /// Where this thread has panicked last.
    static PANICKED_AT: Cell<Option<(&'static str, u32)>> = const { Cell::new(None) };
}

/// What a thread unwinds with when the run is over before it has ended.
struct Over;

/// The running thread of the program.
///
/// # Panics
///
/// Panics on a thread that is not part of an exploration.
pub(crate) fn me() -> Me {
    try_me().expect(
        "this is used only within `scheduler::explore`, on threads started by `sync::thread`",
    )
}

pub(crate) fn try_me() -> Option<Me> {
    ME.with_borrow(Option::clone)
}

/// Whether this thread unwinds. Nothing is explored then: the run is over, and its destructors have to get by.
pub(crate) fn is_unwinding() -> bool {
    panicking()
}

impl Execution {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `me` has the baton. Unwinds if the run is over.
    fn wait_for_turn<'a>(mut state: MutexGuard<'a, State>, me: ThreadId) -> MutexGuard<'a, State> {
        let turn = Arc::clone(&state.threads[me].turn);
        while state.baton != me {
            state = turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.over {
            drop(state);
            resume_unwind(Box::new(Over));
        }
        state
    }
}

/// Stops before a step. When it is chosen, `take` takes it, and is told which way it goes.
pub(crate) fn step<R>(
    op: Op,
    object: ObjectId,
    site: Site,
    take: impl FnOnce(&mut State, ThreadId, Variant) -> R,
) -> R {
    let me = me();
    let mut state = me.execution.state();
    state.threads[me.thread].pending = Some(Pending { op, object, site });
    state.decide(me.thread);
    let mut state = Execution::wait_for_turn(state, me.thread);
    let variant = state.variant;
    take(&mut state, me.thread, variant)
}

/// Ends the run, and does not return.
pub(crate) fn end(outcome: Outcome) -> ! {
    let me = me();
    let mut state = me.execution.state();
    state.end(outcome, me.thread);
    drop(state);
    resume_unwind(Box::new(Over))
}

/// All that a thread of the program does, on a machine thread of its own.
pub(crate) fn run(me: Me, body: impl FnOnce()) {
    report_panics_to_us();
    ME.set(Some(me.clone()));
    let Me { execution, thread } = me;
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        drop(Execution::wait_for_turn(execution.state(), thread));
        body();
    }));
    ME.set(None);
    let mut state = execution.state();
    match result {
        Ok(()) => {
            state.threads[thread].pending = None;
            state.decide(thread);
        }
        Err(payload) => {
            if !payload.is::<Over>() {
                let (file, line) = PANICKED_AT.get().unwrap_or_default();
                let message = message(payload.as_ref());
                let said = format!("{} panics: {message}", state.threads[thread].name);
                if let Some(pending) = &mut state.threads[thread].pending {
                    pending.op = Op::Panicked;
                }
                state.end(Outcome::Failed(said, file.to_owned(), line), thread);
            }
            state.threads[thread].pending = None;
        }
    }
    if state.over {
        state.let_next_unwind();
    }
}

/// The text of a panic, on one line.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let lines: Vec<&str> = text
        .unwrap_or("(no message)")
        .lines()
        .map(str::trim)
        .collect();
    lines.join(", ")
}

/// A panic of the program is a result, and not to be printed.
fn report_panics_to_us() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if try_me().is_none() {
                return usual(info);
            }
            let place = info.location().map(|at| {
                // The few files of a program, each once per panic: not worth a table.
                (&*at.file().to_owned().leak(), at.line())
            });
            PANICKED_AT.set(place);
        }));
    });
}
