use std::cell::Cell;
use std::fmt;
use std::panic::Location;

use explorer::raw::Content;

use super::identity::Identity;
use super::name::{Named, Object};
use super::quiet::Gate;
use crate::context::{self, begin};
use crate::step::{Call, ObjectKind, Op, Step, Value};

/// Lets threads wait for each other: the last of so many lets all go on.
pub struct Barrier {
    gate: Gate,
    id: Identity,
    all: usize,
    /// How many wait, and how often all have met. Looked at inside the gate.
    waiting: Cell<usize>,
    rounds: Cell<usize>,
}

// SAFETY: all threads of a model share one thread of the machine, so the `Cell`s are never reached by two at once.
unsafe impl Send for Barrier {}
// SAFETY: as for `Send`.
unsafe impl Sync for Barrier {}

impl Barrier {
    /// A barrier for `all` threads.
    #[track_caller]
    pub fn new(all: usize) -> Self {
        Self {
            id: Identity::new::<()>(ObjectKind::Barrier, Value::Unknown),
            gate: Gate::new(Content::Value(0)),
            all,
            waiting: Cell::new(0),
            rounds: Cell::new(0),
        }
    }

    /// Waits for the others. The last to come does not wait: it is the leader, and all that any thread has done before happens
    /// before what each does next.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        if context::unwinding() {
            return BarrierWaitResult(false);
        }
        let site = Location::caller();
        self.id.reach(site);
        let call = Call::of("wait").publishes();
        let begin = |says| {
            begin(site, || {
                Step::new(Op::Call(call.says(says)), site).on(self.id)
            })
        };
        let step = begin(": waits");
        let mut inside = self.gate.enter();
        let round = self.rounds.get();
        self.waiting.set(self.waiting.get() + 1);
        if self.waiting.get() >= self.all {
            self.waiting.set(0);
            self.rounds.set(round + 1);
            let woken = inside.wake_all();
            inside.leave(self.content());
            step.end(|step| {
                step.op = Op::Call(call.says(": is the last").receives());
                step.woken = woken;
            });
            return BarrierWaitResult(true);
        }
        let mut step = step;
        while self.rounds.get() == round {
            inside = inside.wait(self.content());
            step.forget();
            step = begin(": waits on");
        }
        inside.leave(Content::Same);
        step.forget();
        BarrierWaitResult(false)
    }

    fn content(&self) -> Content {
        Content::Value((self.rounds.get() as u128) << 64 | self.waiting.get() as u128)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}

impl Named for Barrier {
    fn object(&self) -> Object {
        Object(self.id.into())
    }
}

/// Says who was the last to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether this thread was.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}
