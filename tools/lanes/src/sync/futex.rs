//! Sleeping for as long as an atomic has some value: what an operating system calls a *futex*. The names are those of the crate
//! `atomic-wait`, which is what `lanes_std::sync::futex` is.
//!
//! What a thread does before it wakes others happens before they go on, in a model. The system promises nothing of the kind: it is
//! for the atomic's own orderings to see to that, and a model finds those missing where nobody has slept.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use explorer::raw::Content;

use super::atomic::AtomicU32;
use super::quiet::Gate;
use crate::context::{self, begin};
use crate::step::{Op, Step, Value};

thread_local! {
    /// loom has one for all atomics: whoever is woken for nothing returns, as it may.
    static LOOM: RefCell<Option<Rc<Gate>>> = const { RefCell::new(None) };
}

/// Forgets the execution before.
pub(super) fn start_execution() {
    LOOM.take();
}

fn gate(atomic: &AtomicU32) -> Rc<Gate> {
    if let Some(address) = atomic.address() {
        return Rc::new(Gate::of_static(address));
    }
    LOOM.with_borrow_mut(|gate| {
        Rc::clone(gate.get_or_insert_with(|| Rc::new(Gate::new(Content::Same))))
    })
}

/// Sleeps if `atomic` holds `value`, until another thread wakes it, or for no reason less long.
///
/// No wake-up is lost between the look and the sleep.
#[track_caller]
pub fn wait(atomic: &AtomicU32, value: u32) {
    if context::unwinding() {
        return;
    }
    let site = Location::caller();
    let id = atomic.reached(site);
    let step = begin(site, || {
        let step = Step::new(Op::Wait { timed: false }, site).on(id);
        step.argument(Value::Int(value.into()))
    });
    let gate = gate(atomic);
    let mut inside = gate.enter();
    let now = atomic.newest();
    if now == value {
        inside = inside.wait(Content::Same);
        inside.leave(Content::Same);
        step.forget();
    } else {
        inside.leave(Content::Same);
        step.end(|step| step.read = Value::Int(now.into()));
    }
}

/// Wakes one of the threads that sleep on `atomic`, if any does.
#[track_caller]
pub fn wake_one(atomic: &AtomicU32) {
    wake(atomic, false);
}

/// Wakes all threads that sleep on `atomic`.
#[track_caller]
pub fn wake_all(atomic: &AtomicU32) {
    wake(atomic, true);
}

#[track_caller]
fn wake(atomic: &AtomicU32, all: bool) {
    if context::unwinding() {
        return;
    }
    let site = Location::caller();
    let id = atomic.reached(site);
    let step = begin(site, || Step::new(Op::Notify { all }, site).on(id));
    let gate = gate(atomic);
    let inside = gate.enter();
    let woken = match all {
        false if context::explores() => inside.wake_one(),
        _ => inside.wake_all(),
    };
    inside.leave(Content::Same);
    step.end(|step| {
        step.wrote = Value::Int(i128::from(woken.count_ones()));
        step.woken = woken;
    });
}
