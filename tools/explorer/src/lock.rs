//! Locks, and what sleeps on a condition variable. A mutex is a reader–writer lock without readers.

use std::rc::Rc;

use crate::history::History;
use crate::op::{Content, ContentId, Hold, Op, Tid};
use crate::state::{Phase, State, Thread};
use crate::step::Stop;
use crate::view::{View, learn};

#[derive(Clone, Default, Debug)]
pub(crate) struct Lock {
    pub(crate) writer: Option<Tid>,
    /// Who reads, sorted; a thread may be here twice.
    pub(crate) readers: Vec<Tid>,
    pub(crate) content: ContentId,
    /// When it was made, if not all threads know of it.
    pub(crate) born: Option<(Tid, u32)>,
    /// What its last writer knew.
    pub(crate) view: Rc<View>,
    /// What its readers knew. Only a writer learns it: two readers promise each other nothing.
    pub(crate) read_view: Rc<View>,
}

impl Lock {
    pub(crate) fn is_free(&self, hold: Hold) -> bool {
        self.writer.is_none() && (hold == Hold::Shared || self.readers.is_empty())
    }
}

impl State {
    /// An attempt before which the lock was not made, as far as `t` knows.
    pub(crate) fn find_lock(&self, t: Tid, m: usize) -> Result<(), Stop> {
        self.expect_made(t, self.locks[m].born, format_args!("lock {m}"))
    }

    pub(crate) fn lock(&mut self, t: Tid, m: usize, hold: Hold) -> ContentId {
        let lock = &mut self.locks[m];
        let mut view = Rc::clone(&lock.view);
        match hold {
            Hold::Exclusive | Hold::Turn => {
                lock.writer = Some(t);
                learn(&mut view, &lock.read_view);
            }
            Hold::Shared => {
                let at = lock.readers.partition_point(|&reader| reader < t);
                lock.readers.insert(at, t);
            }
        }
        let content = lock.content;
        self.acquire(t, &view);
        content
    }

    pub(crate) fn unlock(
        &mut self,
        t: Tid,
        m: usize,
        hold: Hold,
        content: Content,
        history: &mut History,
    ) {
        let (node, view) = (self.thread(t).node, Rc::clone(&self.thread(t).cur));
        let lock = &mut self.locks[m];
        match hold {
            Hold::Exclusive | Hold::Turn => {
                lock.writer = None;
                lock.view = view;
                lock.read_view = Rc::default();
                lock.content = history.content(content, node, lock.content);
            }
            Hold::Shared => {
                if let Some(at) = lock.readers.iter().position(|&reader| reader == t) {
                    lock.readers.remove(at);
                }
                learn(&mut lock.read_view, &view);
            }
        }
    }

    /// Who sleeps on a condition variable.
    pub(crate) fn sleepers(&self, v: usize) -> Vec<Tid> {
        let sleeps = |thread: &Thread| {
            thread.phase == Phase::Asleep && matches!(thread.op, Op::Wait { v: it, .. } if it == v)
        };
        self.living()
            .filter(|&(_, thread)| sleeps(thread))
            .map(|(t, _)| t)
            .collect()
    }

    pub(crate) fn wake(&mut self, t: Tid, timed_out: bool) {
        self.thread_mut(t).phase = Phase::Woken { timed_out };
    }
}
