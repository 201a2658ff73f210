//! What is chosen, and what comes of it.

use explorer::graph::{Content, Id, Op, Phase, State, Step, Way};

use super::{Words, name_of, names_of};

impl Words {
    /// What is chosen, where the thread alone does not say it.
    pub(crate) fn label(&self, state: &State, step: &Step, choices: &[Step]) -> String {
        let own = choices.iter().filter(|it| it.thread == step.thread);
        let is_only = own.count() == 1;
        match (state.next(step.thread), step.way) {
            (Some(Op::Wait { .. }), Way::Spurious) => String::from("wakes for no reason"),
            _ if is_only => String::new(),
            (Some(Op::Load { x, .. }), Way::Reads(at)) => {
                let stores = &state.atomics[x];
                let value = self.bits(Id::Atomic(x), stores[at]);
                match at + 1 == stores.len() {
                    true => format!("sees {value}, the newest"),
                    false => format!("sees {value}, an old value"),
                }
            }
            (Some(Op::NotifyOne { .. }), Way::Wakes(other)) => format!("wakes {}", name_of(other)),
            (Some(Op::Cas { .. }), Way::Reads(_)) => String::from("works as it should"),
            (Some(Op::Cas { .. }), Way::Fails(_)) => String::from("fails for no reason"),
            (op, way) => panic!("the game has no words for {op:?}, {way:?}"),
        }
    }

    /// What comes of a step.
    pub(crate) fn effect(&self, state: &State, step: &Step, after: &State) -> String {
        let Some(op) = state.next(step.thread) else {
            return String::new();
        };
        match op {
            Op::Load { x, .. } | Op::Store { x, .. } | Op::Rmw { x, .. } | Op::Cas { x, .. } => {
                self.effect_on_atomic(x, op, step.way, state, after)
            }
            Op::Fence(o) => format!("passes a fence ({o:?})"),
            Op::Read { c } => {
                let id = Id::Cell(c);
                format!("reads {} from `{}`", self.value(state, id), self.name(id))
            }
            Op::Write { c } => format!("writes `{}`", self.name(Id::Cell(c))),
            Op::TryLock { m, .. } if state.locks[m].writer.is_some() => {
                format!("is refused: `{}` is held", self.name(Id::Lock(m)))
            }
            Op::Lock { m, .. } | Op::TryLock { m, .. } => self.takes(m, state),
            Op::Unlock { m, content, .. } => {
                let id = Id::Lock(m);
                let value = match content {
                    Content::Value(value) => Some(value),
                    Content::Same => state.locks[m].value,
                    Content::Told => None,
                };
                match self.inside(id, value) {
                    Some(value) => format!("unlocks `{}`, and leaves {value}", self.name(id)),
                    None => format!("unlocks `{}`", self.name(id)),
                }
            }
            Op::Wait { v, m, .. } => match state.threads[step.thread].as_ref().map(|it| it.phase) {
                Some(Phase::Asleep) => String::from("wakes up, although nobody has notified it"),
                Some(Phase::Woken { .. }) => self.takes(m, state),
                _ => {
                    let (lock, condvar) = (self.name(Id::Lock(m)), self.name(Id::Condvar(v)));
                    format!("gives `{lock}` back and sleeps on `{condvar}`")
                }
            },
            Op::NotifyOne { v } | Op::NotifyAll { v } => {
                let woken = match step.way {
                    Way::Wakes(one) => vec![one],
                    _ => state.sleepers(v),
                };
                let name = self.name(Id::Condvar(v));
                match woken.as_slice() {
                    [] => format!("notifies `{name}`, where nobody sleeps: it is lost"),
                    woken => format!("notifies `{name}`, and wakes {}", names_of(woken)),
                }
            }
            _ => String::new(),
        }
    }

    fn takes(&self, m: usize, state: &State) -> String {
        let (id, value) = (Id::Lock(m), state.locks[m].value);
        match self.inside(id, value) {
            Some(value) => format!("has `{}`, and sees {value}", self.name(id)),
            None => format!("has `{}`", self.name(id)),
        }
    }

    fn effect_on_atomic(&self, x: usize, op: Op, way: Way, state: &State, after: &State) -> String {
        let id = Id::Atomic(x);
        let name = self.name(id);
        let stores = &state.atomics[x];
        let now = self.value(after, id);
        match (op, way) {
            (Op::Load { .. }, Way::Reads(at)) => {
                let seen = self.bits(id, stores[at]);
                match at + 1 == stores.len() {
                    true => format!("reads {seen} from `{name}`"),
                    false => format!("reads {seen} from `{name}`, although it is {now} by now"),
                }
            }
            (_, Way::Put(_)) => format!("stores {now} in `{name}`"),
            (_, Way::Reads(at)) => match self.bits(id, stores[at]) {
                old if old == now => format!("finds {old} in `{name}`, and leaves it"),
                old => format!("changes `{name}` from {old} to {now}"),
            },
            (Op::Cas { old, .. }, Way::Fails(at)) if stores[at] == old => {
                format!("fails for no reason: `{name}` is {}", self.bits(id, old))
            }
            (_, Way::Fails(at)) => format!("fails: `{name}` is {}", self.bits(id, stores[at])),
            (op, way) => panic!("the game has no words for {op:?}, {way:?}"),
        }
    }
}
