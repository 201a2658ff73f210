//! SeqCst among weaker accesses, as RC11 says it: no cycle in *psc*.
//!
//! Views cannot say it. The order of SeqCst steps need not be an order in which an execution can be made, so a state
//! carries the graph of its execution as long as SeqCst is mixed with weaker accesses. A step that closes a cycle is
//! none that the language allows. The names of the relations are those of the paper (Lahav and others, *Repairing
//! sequential consistency in C/C++11*, 2017).

use std::rc::Rc;

use crate::op::Tid;
use crate::relation::Relation;
use crate::state::State;
use crate::view::View;

/// The number of an event, in the order in which they are made.
pub(crate) type EventId = u32;

/// What an event does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// `from` is none for the value that the atomic was made with.
    Read {
        x: usize,
        from: Option<EventId>,
    },
    Write {
        x: usize,
    },
    Fence,
    /// Nothing to an atomic.
    Other,
}

impl Access {
    fn atomic(self) -> Option<usize> {
        match self {
            Access::Read { x, .. } | Access::Write { x } => Some(x),
            Access::Fence | Access::Other => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) t: Tid,
    /// Its number among those of its thread.
    pub(crate) time: u32,
    pub(crate) access: Access,
    seq_cst: bool,
    /// What happens before it.
    pub(crate) knows: Rc<View>,
}

/// The events of an execution.
#[derive(Clone, Default, Debug)]
pub(crate) struct Graph {
    pub(crate) events: Vec<Event>,
    /// Of each atomic, all stores but the first, in modification order.
    pub(crate) order: Vec<Vec<EventId>>,
}

impl State {
    /// Adds an event, if there is a graph. Its number among those of its thread.
    pub(crate) fn note(&mut self, t: Tid, access: Access, seq_cst: bool) -> u32 {
        let time = self.tick(t);
        if self.uses.seq_cst_graph() {
            let knows = Rc::clone(&self.thread(t).cur);
            let event = Event {
                t,
                time,
                access,
                seq_cst,
                knows,
            };
            Rc::make_mut(&mut self.graph).events.push(event);
        }
        time
    }

    /// Adds a store at index `k` of those that can still be read.
    pub(crate) fn note_store(&mut self, t: Tid, x: usize, k: usize, seq_cst: bool) -> EventId {
        self.note(t, Access::Write { x }, seq_cst);
        let before = self.atomics[x].stores[k - 1].event;
        let graph = Rc::make_mut(&mut self.graph);
        if graph.order.len() <= x {
            graph.order.resize(x + 1, Vec::new());
        }
        let event = graph.events.len() as EventId - 1;
        let at = graph.order[x].iter().position(|&it| Some(it) == before);
        graph.order[x].insert(at.map_or(0, |at| at + 1), event);
        event
    }
}

impl Graph {
    /// Whether each read has seen the newest store by then, and each store became the newest. Then the order in which the events
    /// were made is one that the language allows: no relation leads back in it.
    fn is_interleaving(&self) -> bool {
        let newest = |x: usize, before: usize| {
            let order = self.order.get(x).map_or(&[][..], Vec::as_slice);
            let made = order.partition_point(|&store| (store as usize) < before);
            made.checked_sub(1).map(|at| order[at])
        };
        let sees_the_newest = |(at, event): (usize, &Event)| match event.access {
            Access::Read { x, from } => from == newest(x, at),
            _ => true,
        };
        self.order.iter().all(|order| order.is_sorted())
            && self.events.iter().enumerate().all(sees_the_newest)
    }

    /// Whether there is an order of all SeqCst events that the language allows.
    pub(crate) fn is_consistent(&self) -> bool {
        let events = &self.events;
        let n = events.len();
        if events.iter().filter(|event| event.seq_cst).count() < 2 || self.is_interleaving() {
            return true;
        }
        let related = |is: &dyn Fn(&Event, &Event) -> bool| {
            Relation::of(n, |a, b| is(&events[a], &events[b]))
        };
        let place = |event: usize| {
            let x = events[event].access.atomic()?;
            self.order
                .get(x)?
                .iter()
                .position(|&it| it as usize == event)
        };
        let places: Vec<Option<usize>> = (0..n).map(place).collect();
        let same_atomic = |a: &Event, b: &Event| {
            a.access.atomic().is_some() && a.access.atomic() == b.access.atomic()
        };

        let po = related(&|a, b| a.t == b.t && a.time < b.time);
        let hb = related(&|a, b| !std::ptr::eq(a, b) && a.time <= b.knows.clock(a.t));
        let rf = Relation::of(
            n,
            |a, b| matches!(events[b].access, Access::Read { from: Some(from), .. } if from as usize == a),
        );
        let mo = Relation::of(n, |a, b| {
            same_atomic(&events[a], &events[b]) && places[a].is_some() && places[a] < places[b]
        });
        let rb = Relation::of(n, |a, b| match events[a].access {
            Access::Read { x, from } => {
                let from = from.and_then(|from| places[from as usize]);
                events[b].access == Access::Write { x } && from < places[b]
            }
            _ => false,
        });
        let order = mo.clone().or(&rb);
        let eco = order.then(&rf).or(&rf).or(&order);

        let elsewhere = related(&|a, b| a.t == b.t && a.time < b.time && !same_atomic(a, b));
        let hb_of_one_atomic = Relation::of(n, |a, b| {
            hb.has(a, b) && same_atomic(&events[a], &events[b])
        });
        let scb = elsewhere
            .then(&hb)
            .then(&elsewhere)
            .or(&po)
            .or(&hb_of_one_atomic)
            .or(&order);

        let is_fence =
            |event: usize| events[event].seq_cst && events[event].access == Access::Fence;
        let seq_cst = Relation::of(n, |a, b| a == b && events[a].seq_cst);
        let fences = Relation::of(n, |a, b| a == b && is_fence(a));
        let from = fences.then(&hb).or(&seq_cst);
        let to = hb.then(&fences).or(&seq_cst);
        let base = from.then(&scb).then(&to);
        let between = hb.then(&eco).then(&hb).or(&hb);
        let between_fences = fences.then(&between).then(&fences);
        base.or(&between_fences).is_acyclic()
    }
}
