//! What a thread does next, and why it cannot.

use explorer::graph::{Id, Op, Phase, State, Thread, Update};

use super::{Words, name_of};
use crate::graph::Stopped;

impl Words {
    /// Where all threads have stopped, and before what.
    pub(crate) fn stopped(&self, state: &State) -> Vec<Stopped> {
        let stopped = |(t, thread): (usize, &Option<Thread>)| match (thread, state.next(t)) {
            (Some(thread), Some(op)) => Stopped {
                place: thread.place.filter(|_| !matches!(op, Op::Panic(_))),
                text: self.next_step(thread, op),
                blocked: self.blocked(state, t, thread, op),
            },
            _ => Stopped::default(),
        };
        state.threads.iter().enumerate().map(stopped).collect()
    }

    fn next_step(&self, thread: &Thread, op: Op) -> String {
        let atomic = |x| self.name(Id::Atomic(x));
        let lock = |m| self.name(Id::Lock(m));
        let condvar = |v| self.name(Id::Condvar(v));
        match op {
            Op::Start => String::from("begin"),
            Op::Spawn(other) => format!("start {}", name_of(other)),
            Op::Join(other) => format!("wait for the end of {}", name_of(other)),
            Op::Done { .. } => String::from("end"),
            Op::Panic(_) => String::from("panicked"),
            Op::Load { x, o } => format!("load `{}` ({o:?})", atomic(x)),
            Op::Store { x, val, o } => {
                format!(
                    "store {} in `{}` ({o:?})",
                    self.bits(Id::Atomic(x), val),
                    atomic(x)
                )
            }
            Op::Rmw { x, by, o, .. } => format!("`{}.{}` ({o:?})", atomic(x), self.update(x, by)),
            Op::Cas {
                x,
                old,
                new,
                ok,
                weak,
                ..
            } => {
                let [old, new] = [old, new].map(|it| self.bits(Id::Atomic(x), it));
                let weak = if weak { "_weak" } else { "" };
                format!(
                    "`{}.compare_exchange{weak}({old}, {new})` ({ok:?})",
                    atomic(x)
                )
            }
            Op::Fence(o) => format!("fence ({o:?})"),
            Op::Read { c } => format!("read `{}`", self.name(Id::Cell(c))),
            Op::Write { c } => format!("write `{}`", self.name(Id::Cell(c))),
            Op::Lock { m, .. } => format!("lock `{}`", lock(m)),
            Op::TryLock { m, .. } => format!("try to lock `{}`", lock(m)),
            Op::Unlock { m, .. } => format!("drop its guard and so unlock `{}`", lock(m)),
            Op::Wait { v, m, .. } => match thread.phase {
                Phase::Asleep => format!("sleep on `{}`", condvar(v)),
                Phase::Woken { .. } => format!("lock `{}` again, having woken up", lock(m)),
                Phase::Ready | Phase::Done => {
                    format!("unlock `{}` and sleep on `{}`", lock(m), condvar(v))
                }
            },
            Op::NotifyAll { v } => format!("notify all on `{}`", condvar(v)),
            Op::NotifyOne { v } => format!("notify one on `{}`", condvar(v)),
            Op::Pause => String::from("look again"),
            other => panic!("the game has no words for {other:?}"),
        }
    }

    fn update(&self, x: usize, by: Update) -> String {
        let (name, with) = match by {
            Update::Add(n) => ("fetch_add", n),
            Update::Sub(n) => ("fetch_sub", n),
            Update::And(n) => ("fetch_and", n),
            Update::Nand(n) => ("fetch_nand", n),
            Update::Or(n) => ("fetch_or", n),
            Update::Xor(n) => ("fetch_xor", n),
            Update::Max(n) | Update::SignedMax(n, _) => ("fetch_max", n),
            Update::Min(n) | Update::SignedMin(n, _) => ("fetch_min", n),
            Update::Swap(n) => ("swap", n),
        };
        format!("{name}({})", self.bits(Id::Atomic(x), with))
    }

    /// Why a thread cannot take its next step; none if it can.
    fn blocked(&self, state: &State, t: usize, thread: &Thread, op: Op) -> Option<String> {
        let lock = |m: usize| {
            let name = self.name(Id::Lock(m));
            state.locks[m].writer.map(|holder| match holder == t {
                true => format!("waits for `{name}`, which it holds itself"),
                false => format!("waits for `{name}`, which {} holds", name_of(holder)),
            })
        };
        match (op, thread.phase) {
            (Op::Wait { v, .. }, Phase::Asleep) => Some(format!(
                "sleeps until `{}` is notified",
                self.name(Id::Condvar(v))
            )),
            (Op::Wait { m, .. }, Phase::Woken { .. }) | (Op::Lock { m, .. }, _) => lock(m),
            (Op::Join(other), _) if state.next(other).is_some() => {
                Some(format!("waits for the end of {}", name_of(other)))
            }
            _ if thread.waits_for.is_empty() => None,
            _ => {
                let names = thread
                    .waits_for
                    .iter()
                    .map(|&it| format!("`{}`", self.name(it)));
                let names: Vec<String> = names.collect();
                Some(format!("spins until {} changes", names.join(" or ")))
            }
        }
    }

    /// Who is left, and why each cannot go on.
    pub(crate) fn stuck(&self, state: &State) -> String {
        let left = state.threads.iter().enumerate().filter_map(|(t, thread)| {
            let (thread, op) = (thread.as_ref()?, state.next(t)?);
            let why = self.blocked(state, t, thread, op).unwrap_or_default();
            Some(format!("{} {why}", name_of(t)))
        });
        left.collect::<Vec<String>>().join("; ")
    }
}
