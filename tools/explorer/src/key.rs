//! When two states are equal: all of a state that can make a difference, in bytes. They are compared, not only hashed.

use std::rc::Rc;

use crate::op::Tid;
use crate::state::{Phase, State};
use crate::view::View;

struct Key<'a> {
    state: &'a State,
    bytes: Vec<u8>,
}

impl State {
    /// Equal for equal states, and only for those.
    pub(crate) fn key(&self) -> Box<[u8]> {
        let mut key = Key {
            state: self,
            bytes: Vec::with_capacity(256),
        };
        for t in 0..self.threads.len() {
            key.thread(t);
        }
        for atomic in &self.atomics {
            key.number(atomic.stores.len());
            for store in &atomic.stores {
                key.bytes
                    .push(u8::from(store.followed) | u8::from(store.seen) << 1);
                if self.uses.busy_waits {
                    key.number(store.by);
                }
                key.bytes.extend(store.val.to_le_bytes());
                key.view(&store.view);
            }
        }
        for cell in &self.cells {
            let has = |yes| u8::from(yes);
            key.bytes
                .push(has(cell.written.is_some()) | has(cell.freed) << 1 | has(cell.owned) << 2);
            key.threads(cell.read.iter().map(|&(t, _)| t));
            key.number(cell.content as usize);
        }
        for lock in &self.locks {
            key.threads(lock.writer);
            key.threads(lock.readers.iter().copied());
            key.number(lock.content as usize);
            key.view(&lock.view);
            key.view(&lock.read_view);
        }
        for refs in &self.refs {
            key.number(refs.count as usize);
            key.view(&refs.view);
        }
        if self.uses.seq_cst_graph() {
            key.graph();
        }
        key.bytes.into()
    }
}

impl Key<'_> {
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn threads(&mut self, threads: impl IntoIterator<Item = Tid>) {
        threads.into_iter().for_each(|t| self.number(t + 1));
        self.number(0);
    }

    fn thread(&mut self, t: Tid) {
        let Some(thread) = &self.state.threads[t] else {
            return self.bytes.push(255);
        };
        self.bytes.push(match thread.phase {
            Phase::Ready => 0,
            Phase::Asleep => 1,
            Phase::Woken { timed_out: false } => 2,
            Phase::Woken { timed_out: true } => 3,
            Phase::Done => 4 + u8::from(thread.joined),
        });
        if thread.phase == Phase::Done {
            if !thread.joined {
                self.bytes.push(u8::from(thread.panicked));
                self.number(thread.result as usize);
                self.view(&thread.cur);
            }
            return;
        }
        self.number(thread.node as usize);
        self.view(&thread.cur);
        if self.state.uses.fences {
            self.view(&thread.acq);
            self.view(&thread.rel);
        }
        self.bytes.push(thread.wakes);
        self.bytes.push(u8::from(thread.token.is_some()));
        if let Some(token) = &thread.token {
            self.view(token);
        }
    }

    /// What a view can still be asked: which stores are too old, and which accesses are known.
    fn view(&mut self, view: &Rc<View>) {
        let state = self.state;
        let mut bits = Bits::default();
        for (x, atomic) in state.atomics.iter().enumerate() {
            let place = view.at(x);
            self.number(atomic.stores.partition_point(|store| store.place <= place));
            if let Some((t, time)) = atomic.born {
                bits.push(view.clock(t) >= time);
            }
        }
        for (t, time) in state.locks.iter().filter_map(|lock| lock.born) {
            bits.push(view.clock(t) >= time);
        }
        for cell in &state.cells {
            for (t, time) in cell.written.iter().chain(&cell.read) {
                bits.push(view.clock(*t) >= *time);
            }
        }
        self.bytes.extend(bits.bytes);
    }

    fn graph(&mut self) {
        let graph = &self.state.graph;
        let event = |id: u32| &graph.events[id as usize];
        let mut sorted: Vec<_> = graph.events.iter().collect();
        sorted.sort_unstable_by_key(|event| (event.t, event.time));
        for it in sorted {
            (0..self.state.threads.len()).for_each(|t| self.number(it.knows.clock(t) as usize));
            if let crate::seq_cst::Access::Read { from, .. } = it.access {
                let from = from.map(event);
                self.number(from.map_or(0, |from| from.t + 1));
                self.number(from.map_or(0, |from| from.time as usize));
            }
        }
        for order in &graph.order {
            self.number(order.len());
            for &store in order {
                self.number(event(store).t);
                self.number(event(store).time as usize);
            }
        }
    }
}

/// Bits, eight to a byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.count.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.count % 8);
        }
        self.count += 1;
    }
}
