//! Atomics: which stores may be read, and where a new one may be put.

use std::fmt;
use std::rc::Rc;
use std::sync::atomic::Ordering::{self, SeqCst};

use crate::failure::Kind;
use crate::op::{Tid, acquires, releases};
use crate::seq_cst::{Access, EventId};
use crate::state::State;
use crate::step::Stop;
use crate::view::{Place, View, learn, see};

/// The room between two stores when the second is put at the end.
const ROOM: Place = 1 << 40;

#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) place: Place,
    pub(crate) val: u64,
    /// What an Acquire load of it learns.
    pub(crate) view: Rc<View>,
    /// A read-modify-write has read it: nothing may come between the two.
    pub(crate) followed: bool,
    pub(crate) by: Tid,
    /// Another thread has read it.
    pub(crate) seen: bool,
    /// Its number in the graph; none of the first.
    pub(crate) event: Option<EventId>,
}

/// An atomic: its stores in modification order, without those that nobody can read any more.
#[derive(Clone, Default, Debug)]
pub(crate) struct Atomic {
    pub(crate) stores: Vec<Store>,
    /// When it was made, if not all threads know of it.
    pub(crate) born: Option<(Tid, u32)>,
}

impl Atomic {
    pub(crate) fn new(val: u64, born: (Tid, u32)) -> Self {
        let first = Store {
            place: ROOM,
            val,
            view: Rc::default(),
            followed: false,
            by: born.0,
            seen: false,
            event: None,
        };
        Self {
            stores: vec![first],
            born: Some(born),
        }
    }

    /// One that has always been there.
    pub(crate) fn of_static() -> Self {
        Self {
            born: None,
            ..Self::new(0, (0, 0))
        }
    }
}

impl State {
    /// The oldest store of `x` that `t` may read, by index.
    fn oldest(&self, t: Tid, x: usize) -> usize {
        let stores = &self.atomics[x].stores;
        if self.uses.seq_cst_order() {
            return stores.len() - 1;
        }
        let place = self.thread(t).cur.at(x);
        stores.partition_point(|store| store.place < place)
    }

    /// The stores of `x` that `t` may read, newest first, so that the first path is the ordinary one.
    pub(crate) fn readable(
        &self,
        t: Tid,
        x: usize,
    ) -> impl Iterator<Item = (usize, &Store)> + use<'_> {
        self.atomics[x]
            .stores
            .iter()
            .enumerate()
            .skip(self.oldest(t, x))
            .rev()
    }

    /// Where `t` may put a store: the index that it would have.
    pub(crate) fn places(&self, t: Tid, x: usize) -> impl Iterator<Item = usize> + use<'_> {
        let stores = &self.atomics[x].stores;
        let from = self.oldest(t, x) + 1;
        (from..=stores.len())
            .rev()
            .filter(|&k| !stores[k - 1].followed)
    }

    /// A use of `what`, which was made then, unless all threads know of it. It is a race if `t` does not.
    pub(crate) fn expect_made(
        &self,
        t: Tid,
        born: Option<(Tid, u32)>,
        what: fmt::Arguments<'_>,
    ) -> Result<(), Stop> {
        match born {
            Some((maker, time)) if self.thread(t).cur.clock(maker) < time => Err(Stop::Fails(
                Kind::Race,
                format!("T{t} uses {what}, which T{maker} may not have made yet"),
            )),
            _ => Ok(()),
        }
    }

    /// An access before which the atomic was not made, as far as `t` knows.
    fn find(&self, t: Tid, x: usize) -> Result<(), Stop> {
        self.expect_made(t, self.atomics[x].born, format_args!("atomic {x}"))
    }

    /// Reads the store with this index.
    pub(crate) fn read(&mut self, t: Tid, x: usize, k: usize, o: Ordering) -> Result<u64, Stop> {
        self.find(t, x)?;
        let Store {
            place,
            val,
            ref view,
            by,
            seen,
            event,
            ..
        } = self.atomics[x].stores[k];
        let view = Rc::clone(view);
        if self.uses.busy_waits && by != t && !seen {
            Rc::make_mut(&mut self.atomics[x]).stores[k].seen = true;
        }
        let fences = self.uses.fences;
        let thread = self.thread_mut(t);
        see(&mut thread.cur, x, place);
        if acquires(o) {
            learn(&mut thread.cur, &view);
        }
        if fences {
            learn(&mut thread.acq, &view);
            learn(&mut thread.acq, &thread.cur);
        }
        if self.uses.seq_cst_graph() {
            self.note(t, Access::Read { x, from: event }, o == SeqCst);
        }
        Ok(val)
    }

    /// Reads that store, and puts another right behind it.
    pub(crate) fn update(
        &mut self,
        t: Tid,
        x: usize,
        k: usize,
        o: Ordering,
        new: impl FnOnce(u64) -> u64,
    ) -> Result<u64, Stop> {
        let old = self.read(t, x, k, o)?;
        Rc::make_mut(&mut self.atomics[x]).stores[k].followed = true;
        self.put(t, x, k + 1, new(old), o, Some(k))?;
        Ok(old)
    }

    /// Reads an atomic by its owner, who may write it, too. A store that it does not know of is a race.
    pub(crate) fn own(&mut self, t: Tid, x: usize, val: Option<u64>) -> Result<u64, Stop> {
        self.find(t, x)?;
        let newest = self.atomics[x].stores.len() - 1;
        let Store { by, val: old, .. } = self.atomics[x].stores[newest];
        let seen = self.thread(t).cur.at(x);
        let oldest = self.atomics[x]
            .stores
            .partition_point(|store| store.place < seen);
        if oldest < newest {
            let text = format!(
                "T{t} owns atomic {x}, and T{by} has written it, and nothing orders the two"
            );
            return Err(Stop::Fails(Kind::Race, text));
        }
        if let Some(val) = val {
            self.put(t, x, newest + 1, val, Ordering::Relaxed, None)?;
        }
        Ok(old)
    }

    /// Where in modification order a store stands that is put at this index. None if there is no place left between its
    /// neighbours.
    pub(crate) fn place_at(&self, x: usize, k: usize) -> Option<Place> {
        let stores = &self.atomics[x].stores;
        let (before, next) = (stores[k - 1].place, stores.get(k).map(|store| store.place));
        let place = next.map_or(before + ROOM, |next| before + (next - before) / 2);
        (place != before).then_some(place)
    }

    /// Puts a new store at this index; `after` if it is the second half of a read-modify-write, which hands on what it
    /// has read from.
    pub(crate) fn put(
        &mut self,
        t: Tid,
        x: usize,
        k: usize,
        val: u64,
        o: Ordering,
        after: Option<usize>,
    ) -> Result<(), Stop> {
        self.find(t, x)?;
        let place = self.place_at(x, k).ok_or(Stop::Full)?;
        if k < self.atomics[x].stores.len() {
            let below = 1u64.checked_shl(k as u32).map_or(u64::MAX, |bit| bit - 1);
            self.each_passed(x, |passed| passed & below | (passed & !below) << 1);
        }
        let event = self
            .uses
            .seq_cst_graph()
            .then(|| self.note_store(t, x, k, o == SeqCst));
        let inherited = after.map(|k| Rc::clone(&self.atomics[x].stores[k].view));
        let fences = self.uses.fences;
        let thread = self.thread_mut(t);
        see(&mut thread.cur, x, place);
        let mut view = Rc::clone(if releases(o) {
            &thread.cur
        } else {
            &thread.rel
        });
        see(&mut view, x, place);
        if fences {
            learn(&mut thread.acq, &thread.cur);
        }
        if let Some(inherited) = inherited {
            learn(&mut view, &inherited);
        }
        let store = Store {
            place,
            val,
            view,
            followed: false,
            by: t,
            seen: false,
            event,
        };
        Rc::make_mut(&mut self.atomics[x]).stores.insert(k, store);
        Ok(())
    }

    /// Whether nobody has seen what the last two rounds of a loop have written to these atomics. Then the first of the two
    /// may as well not have been.
    pub(crate) fn is_unseen(&self, t: Tid, writes: &[usize]) -> bool {
        let is_unseen = |&x: &usize| {
            let last = self.atomics[x].stores.iter().rev();
            let unseen = last.take_while(|store| store.by == t && !store.seen);
            unseen.count() > 2 * times(x, writes)
        };
        writes.iter().all(is_unseen)
    }

    /// Leaves it out, so that a loop whose rounds nobody sees comes back to the same state.
    pub(crate) fn leave_out_round(&mut self, t: Tid, writes: &[usize]) {
        debug_assert!(self.is_unseen(t, writes));
        for (n, &x) in writes.iter().enumerate() {
            if !writes[..n].contains(&x) {
                let stores = &mut Rc::make_mut(&mut self.atomics[x]).stores;
                let end = stores.len() - times(x, writes);
                stores.drain(end - times(x, writes)..end);
            }
        }
    }

    pub(crate) fn fence(&mut self, t: Tid, o: Ordering) {
        let thread = self.thread_mut(t);
        if acquires(o) {
            learn(&mut thread.cur, &thread.acq);
        }
        if self.uses.seq_cst_graph() {
            self.note(t, Access::Fence, o == SeqCst);
        }
        let thread = self.thread_mut(t);
        learn(&mut thread.acq, &thread.cur);
        if releases(o) {
            thread.rel = Rc::clone(&thread.cur);
        }
    }
}

fn times(x: usize, writes: &[usize]) -> usize {
    writes.iter().filter(|&&it| it == x).count()
}
