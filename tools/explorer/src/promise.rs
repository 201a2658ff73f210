//! Promises of progress: what a thread may need of others.
//!
//! A thread that is interrupted may stay so for as long as the system likes. So a program keeps a promise if it keeps it where
//! a thread stops for ever, before each of its steps. Such a state is one of those that are visited anyway: all that is left
//! to do is to look who can go on in it. But the reductions leave states out in which a thread stands before a step that is
//! local; where there is a promise to keep, they are switched off ([`Settings::reduce`](crate::Settings::reduce)).

use crate::history::History;
use crate::op::{Hold, Op, Tid};
use crate::state::State;
use crate::ways::Way;

/// What a program promises. To join a thread is no wait: whoever does that has nothing else to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Promise {
    /// That it ends: no more than what every program does.
    #[default]
    Ends,
    /// If any one thread stops for ever, all others end. What is lock-free keeps it.
    LockFree,
    /// No thread ever needs another one to go on: none waits for a lock, sleeps, or goes round until it sees something new. What
    /// is obstruction-free or wait-free keeps it.
    NeverWaits,
}

impl State {
    /// How this state breaks a promise, in words.
    pub(crate) fn breaks(&self, promise: Promise, history: &History) -> Option<String> {
        let held_up = || {
            let mut living = self.living();
            living
                .find(|&(t, thread)| !matches!(thread.op, Op::Join(_)) && !self.goes_on(t, history))
        };
        let in_a_turn = |op: Op| {
            matches!(
                op,
                Op::Unlock {
                    hold: Hold::Turn,
                    ..
                }
            )
        };
        if promise == Promise::Ends || self.living().any(|(_, thread)| in_a_turn(thread.op)) {
            return None;
        }
        match promise {
            Promise::Ends => None,
            Promise::NeverWaits => {
                let (t, _) = held_up()?;
                Some(format!("T{t} goes on only if another thread does"))
            }
            Promise::LockFree => {
                let mut going = self.living().filter(|&(t, _)| self.goes_on(t, history));
                let (only, _) = going.next()?;
                if going.next().is_some() {
                    return None;
                }
                let (t, _) = held_up()?;
                Some(format!("if T{only} stops here for ever, T{t} never ends"))
            }
        }
    }

    /// Whether `t` can take a step that needs no luck.
    pub(crate) fn goes_on(&self, t: Tid, history: &History) -> bool {
        let mut ways = self.ways(t, history).into_iter();
        ways.any(|way| way != Way::Spurious)
    }
}
