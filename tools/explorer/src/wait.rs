//! Waiting loops.
//!
//! A thread that is told the same again and again may go round in circles. Whether it does is found by letting it:
//! the program is run on, each question is answered as the last time, and if the thread comes back to the same step
//! [`ROUNDS`] times by the same way, it is taken to go on like that for ever. A loop that gives up after fewer rounds
//! is none, and all of its rounds are explored.
//!
//! A round that changes nothing for others may as well not have been: an execution with it taken out is an
//! execution, too. So a thread in such a loop is blocked until it can be told something else.

use rustc_hash::FxHashMap;

use crate::history::History;
use crate::op::{Content, ContentId, Hold, Op, Reply, Tid};
use crate::state::State;
use crate::uses::{Uses, bit};

/// How many equal rounds make a waiting loop.
pub(crate) const ROUNDS: usize = 128;
/// The longest round that is recognised, in steps.
pub(crate) const LONGEST: usize = 48;

/// A waiting loop, seen from one of its steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wait {
    /// What it looks at; `None` if a round changes something for others.
    pub(crate) looks: Option<Vec<Look>>,
    /// The locks that a round holds for a while: that is seen by a thread that asks for them without waiting.
    pub(crate) holds: Vec<usize>,
    /// A round uses up a notification, or a token, that another thread has left: it may as well have been, and have been in
    /// vain.
    pub(crate) uses_up: bool,
    /// It sleeps on a condition variable, and looks at something that the mutex does not guard. When it wakes up for no reason,
    /// that can change while it is awake, after it has looked; and a notification is lost.
    ///
    /// If the mutex guards all that it looks at, nothing changes from its look to its sleep. A notification that comes
    /// meanwhile, and is lost, would have made it look at the same again, and sleep.
    pub(crate) exposed: bool,
    /// Time being up leads round as well.
    pub(crate) times_out: bool,
    /// The atomics that a round writes to, each as often as it does.
    pub(crate) writes: Vec<usize>,
}

/// Something that a waiting thread looks at, and what it has seen there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    Atomic {
        x: usize,
        val: u64,
    },
    /// By a read-modify-write, which cannot read what another has read.
    Update {
        x: usize,
        val: u64,
    },
    /// By a compare-exchange, which cannot either if it would succeed.
    Exchange {
        x: usize,
        val: u64,
        old: u64,
    },
    /// The lock was held.
    Held {
        m: usize,
        hold: Hold,
    },
    Inside {
        m: usize,
        content: ContentId,
    },
    Cell {
        c: usize,
        content: ContentId,
    },
    Count {
        r: usize,
        val: u64,
    },
    /// The next time may be different without any change.
    Luck,
}

impl Wait {
    /// Of these steps, and what the thread is told in each.
    pub(crate) fn of(round: &[(Op, Reply)]) -> Wait {
        let writes = round.iter().filter_map(|&(op, reply)| match op {
            Op::Store { x, .. } | Op::Rmw { x, .. } => Some(x),
            Op::Cas { x, .. } => reply.ok.then_some(x),
            _ => None,
        });
        let writes = writes.collect();
        let holds = round.iter().filter_map(|&(op, _)| match op {
            Op::Lock { m, .. } | Op::Wait { m, .. } => Some(m),
            _ => None,
        });
        let holds = holds.collect();
        let uses_up = round
            .iter()
            .any(|&(op, _)| matches!(op, Op::Wait { .. } | Op::Park { .. }));
        let (exposed, times_out) = (false, false);
        let mut looks = Vec::new();
        for (n, &(op, reply)) in round.iter().enumerate() {
            match op {
                Op::Load { x, .. } => looks.push(Look::Atomic { x, val: reply.val }),
                Op::Rmw { x, by, mask, .. } if by.of(reply.val, mask) == reply.val => {
                    looks.push(Look::Update { x, val: reply.val });
                }
                Op::Cas { x, old, .. } if !reply.ok && reply.val != old => {
                    looks.push(Look::Exchange {
                        x,
                        val: reply.val,
                        old,
                    });
                }
                Op::Cas { .. } if !reply.ok && n > 0 => looks.push(Look::Luck),
                // The step that the thread is blocked at has failed for no reason. It can succeed as before, or see another
                // value.
                Op::Cas { x, .. } if !reply.ok => looks.push(Look::Atomic { x, val: reply.val }),
                Op::TryLock { m, hold } if !reply.ok => looks.push(Look::Held { m, hold }),
                Op::Lock { m, .. } => {
                    looks.push(Look::Inside {
                        m,
                        content: reply.content,
                    });
                }
                Op::Unlock {
                    content: Content::Same,
                    ..
                }
                | Op::Fence(_)
                | Op::Pause => {}
                Op::Wait {
                    m,
                    content: Content::Same,
                    ..
                } => {
                    looks.push(Look::Inside {
                        m,
                        content: reply.content,
                    });
                    if n > 0 {
                        looks.push(Look::Luck);
                    }
                }
                Op::Park { .. } if n > 0 => looks.push(Look::Luck),
                Op::Park { .. } => {}
                Op::RefCount { r } => looks.push(Look::Count { r, val: reply.val }),
                Op::Read { c } => looks.push(Look::Cell {
                    c,
                    content: reply.content,
                }),
                _ => {
                    return Wait {
                        looks: None,
                        holds,
                        uses_up,
                        exposed,
                        times_out,
                        writes,
                    };
                }
            }
        }
        let sleeps_with = |op| match op {
            Op::Wait { m, .. } => Some(m),
            _ => None,
        };
        let exposed = round
            .iter()
            .find_map(|&(op, _)| sleeps_with(op))
            .is_some_and(|m| {
                let is_guarded = |look: &Look| match *look {
                    Look::Inside { m: it, .. } => it == m,
                    look => look == Look::Luck,
                };
                !looks.iter().all(is_guarded)
            });
        Wait {
            looks: Some(looks),
            holds,
            uses_up,
            exposed,
            times_out,
            writes,
        }
    }
}

impl Wait {
    /// What to look at, if a round changes nothing for others.
    pub(crate) fn looks(&self, uses: Uses) -> Option<&[Look]> {
        let is_seen = self.holds.iter().any(|&m| uses.tried & bit(m) != 0);
        self.looks.as_deref().filter(|_| !is_seen)
    }
}

/// Whether a thread may be in a waiting loop when it asks for `op`.
pub(crate) fn is_suspect(op: Op, past: impl Iterator<Item = (Op, Reply)>) -> bool {
    let again = |times| {
        past.take(2 * LONGEST)
            .filter(|&(it, _)| it == op)
            .nth(times)
            .is_some()
    };
    match op {
        Op::Pause | Op::Park { .. } | Op::Wait { .. } => true,
        // One that fails for no reason mostly leads straight back.
        Op::Cas { weak: true, .. } => true,
        Op::Load { .. }
        | Op::Cas { .. }
        | Op::Lock { .. }
        | Op::TryLock { .. }
        | Op::RefCount { .. } => again(1),
        _ => false,
    }
}

/// What to tell a thread so that it goes on as the last time.
pub(crate) fn answer(op: Op, mut past: impl Iterator<Item = (Op, Reply)>) -> Option<Reply> {
    match op {
        Op::Pause
        | Op::Store { .. }
        | Op::Fence(_)
        | Op::Unlock { .. }
        | Op::NotifyOne { .. }
        | Op::NotifyAll { .. }
        | Op::Unpark(_)
        | Op::Park { .. } => Some(Reply::GO),
        Op::Wait { m, .. } => {
            let (_, seen) = past.find(|(op, reply)| match *op {
                Op::Lock { m: it, .. } | Op::Wait { m: it, .. } => it == m,
                Op::TryLock { m: it, .. } => it == m && reply.ok,
                _ => false,
            })?;
            Some(Reply { ok: true, ..seen })
        }
        Op::Cas {
            old, weak: true, ..
        } => {
            let last = past.find(|&(it, _)| it == op).map(|(_, reply)| reply);
            let luck = Reply {
                val: old,
                ok: false,
                content: 0,
            };
            Some(last.filter(|reply| !reply.ok).unwrap_or(luck))
        }
        Op::Load { x, .. } => past.find_map(|(it, reply)| match it == op {
            true => Some(reply),
            // Whatever it read before, it is its own.
            false => written(it, reply, x).map(|val| Reply { val, ..Reply::GO }),
        }),
        Op::Rmw { .. }
        | Op::Cas { .. }
        | Op::Read { .. }
        | Op::Lock { .. }
        | Op::TryLock { .. }
        | Op::RefCount { .. } => past.find(|&(it, _)| it == op).map(|(_, reply)| reply),
        _ => None,
    }
}

/// What a step has written to `x`, if it has.
fn written(op: Op, reply: Reply, x: usize) -> Option<u64> {
    match op {
        Op::Store { x: it, val, .. } if it == x => Some(val),
        Op::Rmw {
            x: it, by, mask, ..
        } if it == x => Some(by.of(reply.val, mask)),
        Op::Cas { x: it, new, .. } if it == x && reply.ok => Some(new),
        _ => None,
    }
}

/// What is inside locks and cells while a thread goes round, beside others that stand still.
pub(crate) struct Inside<'a> {
    t: Tid,
    state: &'a State,
    /// What it has left there itself.
    left: FxHashMap<usize, ContentId>,
}

impl<'a> Inside<'a> {
    pub(crate) fn new(t: Tid, state: &'a State) -> Self {
        Self {
            t,
            state,
            left: FxHashMap::default(),
        }
    }

    /// What the thread has to be told instead of `reply`. None if it cannot be told anything like it now.
    pub(crate) fn tell(&mut self, op: Op, reply: Reply, history: &mut History) -> Option<Reply> {
        match op {
            Op::Lock { m, .. } => self.locked(m, reply),
            Op::TryLock { m, .. } if reply.ok => self.locked(m, reply),
            Op::Unlock { m, content, .. } => {
                self.leave(m, content, history);
                Some(reply)
            }
            Op::Wait { m, content, .. } => {
                self.leave(m, content, history);
                self.locked(m, reply)
            }
            Op::Read { c } => Some(Reply {
                content: self.state.cells[c].content,
                ..reply
            }),
            _ => Some(reply),
        }
    }

    /// Whoever else holds the lock may have written already what he has not left yet.
    fn locked(&self, m: usize, reply: Reply) -> Option<Reply> {
        let lock = &self.state.locks[m];
        let content = self.left.get(&m).copied().unwrap_or(lock.content);
        let is_others = lock.writer.is_some_and(|writer| writer != self.t);
        (!is_others).then_some(Reply { content, ..reply })
    }

    /// What is compared by how it came about is taken to be the same after each round.
    fn leave(&mut self, m: usize, content: Content, history: &mut History) {
        if let Content::Value(_) = content {
            let content = history.content(content, 0, 0);
            self.left.insert(m, content);
        }
    }
}
