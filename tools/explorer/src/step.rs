//! What each way of a step leads to.

use std::rc::Rc;

use crate::cell::Touch;
use crate::failure::Kind;
use crate::history::History;
use crate::op::{Hold, Op, Reply, Tid};
use crate::seq_cst::Access;
use crate::state::{Phase, State};
use crate::view::{View, learn};
use crate::ways::Way;

/// Why a step leads to no state.
#[derive(Debug)]
pub(crate) enum Stop {
    Fails(Kind, String),
    /// The language forbids it.
    Impossible,
    /// There is no place left between two stores.
    Full,
}

impl State {
    /// Takes a step. What the thread is told says where it goes; it stays if it is told nothing.
    pub(crate) fn take(
        &mut self,
        t: Tid,
        way: Way,
        history: &mut History,
    ) -> Result<Option<Reply>, Stop> {
        let op = self.thread(t).op;
        if way == Way::Spurious && self.uses.wakes.is_some() {
            self.thread_mut(t).wakes += 1;
        }
        let graph = self.uses.seq_cst_graph();
        if graph && hands_on(op) {
            self.note(t, Access::Other, false);
        }
        let reply = self.act(t, op, way, history)?;
        if graph && takes_over(op) {
            self.note(t, Access::Other, false);
        }
        let is_atomic = op.reads().is_some() || matches!(op, Op::Store { .. } | Op::Fence(_));
        if graph && is_atomic && !self.graph.is_consistent() {
            return Err(Stop::Impossible);
        }
        Ok(reply)
    }

    fn act(
        &mut self,
        t: Tid,
        op: Op,
        way: Way,
        history: &mut History,
    ) -> Result<Option<Reply>, Stop> {
        let mut reply = Reply::GO;
        match (op, way) {
            (Op::Load { x, o }, Way::Reads(k)) => reply.val = self.read(t, x, k, o)?,
            (Op::Store { x, val, o }, Way::Put(k)) => self.put(t, x, k, val, o, None)?,
            (Op::Rmw { x, by, mask, o }, Way::Reads(k)) => {
                reply.val = self.update(t, x, k, o, |old| by.of(old, mask))?;
            }
            (Op::Cas { x, new, ok, .. }, Way::Reads(k)) => {
                reply.val = self.update(t, x, k, ok, |_| new)?;
            }
            (Op::Cas { x, fail, .. }, Way::Fails(k)) => {
                reply = Reply {
                    val: self.read(t, x, k, fail)?,
                    ok: false,
                    content: 0,
                };
            }
            (Op::Load { .. } | Op::Store { .. } | Op::Rmw { .. } | Op::Cas { .. }, _) => {
                unreachable!("an atomic step says which store it is about")
            }
            (Op::Fence(o), _) => self.fence(t, o),
            (Op::Read { c }, _) => reply.content = self.touch(t, c, Touch::Read)?,
            (Op::Write { c }, _) => reply.content = self.touch(t, c, Touch::Write)?,
            (Op::Free { c }, _) => reply.content = self.touch(t, c, Touch::Free)?,
            (Op::Lock { m, hold }, _) => {
                self.find_lock(t, m)?;
                reply.content = self.lock(t, m, hold);
            }
            (Op::TryLock { m, hold }, _) => {
                self.find_lock(t, m)?;
                reply.ok = self.locks[m].is_free(hold);
                if reply.ok {
                    reply.content = self.lock(t, m, hold);
                }
            }
            (Op::Unlock { m, hold, content }, _) => self.unlock(t, m, hold, content, history),
            (Op::Downgrade { m, content }, _) => {
                self.unlock(t, m, Hold::Exclusive, content, history);
                reply.content = self.lock(t, m, Hold::Shared);
            }
            (Op::Wait { m, content, .. }, _) => match self.thread(t).phase {
                Phase::Woken { timed_out } => {
                    reply.ok = !timed_out;
                    reply.content = self.lock(t, m, Hold::Exclusive);
                }
                Phase::Asleep => {
                    self.wake(t, way == Way::TimesOut);
                    return Ok(None);
                }
                Phase::Ready | Phase::Done => {
                    self.unlock(t, m, Hold::Exclusive, content, history);
                    self.thread_mut(t).phase = Phase::Asleep;
                    return Ok(None);
                }
            },
            (Op::NotifyOne { .. }, Way::Wakes(u)) => self.wake(u, false),
            (Op::NotifyAll { v }, _) => {
                self.sleepers(v)
                    .into_iter()
                    .for_each(|u| self.wake(u, false));
            }
            (Op::Start | Op::Pause | Op::NotifyOne { .. }, _) => {}
            (Op::Ref { r }, _) => self.refs[r].count += 1,
            (Op::Unref { r }, _) => reply.ok = self.let_go(t, r),
            (Op::RefCount { r }, _) => {
                reply.val = u64::from(self.refs[r].count);
                // Who is alone may go on as if the others had never been.
                let view = Rc::clone(&self.refs[r].view);
                self.acquire(t, &view);
            }
            (Op::Upgrade { r }, _) => {
                reply.ok = self.refs[r].count > 0;
                if reply.ok {
                    self.refs[r].count += 1;
                    let view = Rc::clone(&self.refs[r].view);
                    self.acquire(t, &view);
                }
            }
            (Op::Unwrap { r }, _) => {
                reply.ok = self.refs[r].count == 1 && self.let_go(t, r);
            }
            (Op::Own { x, val }, _) => reply.val = self.own(t, x, val)?,
            (Op::Spawn(u), _) => {
                let root = history.root(Some(self.thread(t).node), u);
                let view = Rc::clone(&self.thread(t).cur);
                self.add_thread(u, root, view);
            }
            (Op::Join(u), _) => {
                let other = self.thread_mut(u);
                other.joined = true;
                let view = Rc::clone(&other.cur);
                (reply.ok, reply.content) = (!other.panicked, other.result);
                self.acquire(t, &view);
            }
            (Op::Park { .. }, _) => {
                if let (Way::Only, Some(view)) = (way, self.thread_mut(t).token.take()) {
                    self.acquire(t, &view);
                }
            }
            (Op::Unpark(u), _) => {
                let view = Rc::clone(&self.thread(t).cur);
                let other = self.thread_mut(u);
                let mut token = other.token.take().unwrap_or_default();
                learn(&mut token, &view);
                other.token = Some(token);
            }
            (Op::Done { content, panicked }, _) => {
                let result = history.content(content, self.thread(t).node, 0);
                let thread = self.thread_mut(t);
                thread.phase = Phase::Done;
                thread.result = result;
                thread.panicked = panicked;
                return Ok(None);
            }
            (Op::Panic(_), _) => unreachable!("a panic is the end"),
        }
        Ok(Some(reply))
    }

    /// Drops a counted reference. Whether it was the last.
    fn let_go(&mut self, t: Tid, r: usize) -> bool {
        let view: Rc<View> = Rc::clone(&self.thread(t).cur);
        let refs = &mut self.refs[r];
        refs.count -= 1;
        learn(&mut refs.view, &view);
        let is_last = refs.count == 0;
        if is_last {
            let view = std::mem::take(&mut refs.view);
            self.acquire(t, &view);
        }
        is_last
    }
}

/// Steps by which another thread may learn what this one knows.
fn hands_on(op: Op) -> bool {
    matches!(
        op,
        Op::Unlock { .. }
            | Op::Downgrade { .. }
            | Op::Wait { .. }
            | Op::Unref { .. }
            | Op::Unwrap { .. }
            | Op::Spawn(_)
            | Op::Unpark(_)
            | Op::Done { .. }
    )
}

/// Steps by which it may learn what others know.
fn takes_over(op: Op) -> bool {
    matches!(
        op,
        Op::Lock { .. }
            | Op::TryLock { .. }
            | Op::Wait { .. }
            | Op::Unref { .. }
            | Op::RefCount { .. }
            | Op::Upgrade { .. }
            | Op::Unwrap { .. }
            | Op::Join(_)
            | Op::Park { .. }
    )
}
