//! The second oracle: RC11 as it is written in the paper. Graphs of events, and relations that may have no cycles. It
//! shares nothing with views. Release sequences are those of C++20 (P0982): read-modify-writes only.
//!
//! A mutex is an atomic: locking is an Acquire read-modify-write that reads what an unlock has stored, unlocking is a
//! Release store.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use crate::program::{Do, Program, VARS};
use crate::{FAILED, Outcome};

/// The most steps of a thread, and threads.
const LEN: usize = 8;
const THREADS: usize = 4;
/// The first store to a variable comes behind all steps. The last variable is the mutex.
const FIRST: usize = THREADS * LEN;
const N: usize = FIRST + VARS + 1;
const MUTEX: usize = VARS;

/// Bit b of row a: a is before b.
type Rel = [u64; N];

#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Graph {
    done: [u8; THREADS],
    rf: [Option<u8>; FIRST],
    /// Compare-exchanges that did not write.
    failed: u64,
    mo: [Vec<u8>; VARS + 1],
}

#[derive(Default)]
pub(crate) struct Found {
    pub(crate) outcomes: BTreeSet<Outcome>,
    pub(crate) race: bool,
    pub(crate) deadlock: bool,
}

/// None if there are too many graphs.
pub(crate) fn find(program: &Program, most: usize) -> Option<Found> {
    let mut found = Found::default();
    let mut known = HashSet::new();
    let mut first = Graph::default();
    for (v, order) in first.mo.iter_mut().enumerate() {
        order.push((FIRST + v) as u8);
    }
    let mut stack = vec![first];
    while let Some(graph) = stack.pop() {
        if !known.insert(graph.clone()) {
            continue;
        }
        if known.len() > most {
            return None;
        }
        let oracle = Oracle {
            program,
            graph: &graph,
        };
        let mut is_end = true;
        for t in 0..program.0.len() {
            let i = graph.done[t] as usize;
            if i < program.0[t].len() {
                let before = stack.len();
                oracle.add(t, i, &mut stack);
                is_end &= stack.len() == before;
            }
        }
        if is_end {
            let is_done =
                (0..program.0.len()).all(|t| graph.done[t] as usize == program.0[t].len());
            found.deadlock |= !is_done;
            found.race |= oracle.has_race();
            if is_done {
                found.outcomes.insert(oracle.outcome());
            }
        }
    }
    Some(found)
}

struct Oracle<'a> {
    program: &'a Program,
    graph: &'a Graph,
}

impl Oracle<'_> {
    fn step(&self, e: usize) -> Option<Do> {
        (e < FIRST).then(|| self.program.0[e / LEN][e % LEN])
    }

    fn var(&self, e: usize) -> Option<usize> {
        self.step(e).map_or(Some(e.wrapping_sub(FIRST)), var)
    }

    fn add(&self, t: usize, i: usize, stack: &mut Vec<Graph>) {
        let (e, step) = (LEN * t + i, self.program.0[t][i]);
        let mut next = self.graph.clone();
        next.done[t] += 1;
        let mut push = |graph: Graph| {
            if (Oracle {
                program: self.program,
                graph: &graph,
            })
            .is_consistent()
            {
                stack.push(graph);
            }
        };
        let Some(v) = var(step) else {
            return push(next);
        };
        if matches!(step, Do::Store(..) | Do::Unlock) {
            for k in 1..=next.mo[v].len() {
                let mut next = next.clone();
                next.mo[v].insert(k, e as u8);
                push(next);
            }
            return;
        }
        for (k, &from) in self.graph.mo[v].iter().enumerate() {
            let val = self.written(from as usize);
            let (writes, fails) = match step {
                Do::Load(..) => (false, true),
                Do::Cas { old, weak, .. } => (val == old, val != old || weak),
                // What a lock has written is no store that a lock may read.
                Do::Lock => (!matches!(self.step(from as usize), Some(Do::Lock)), false),
                _ => (true, false),
            };
            let mut next = next.clone();
            next.rf[e] = Some(from);
            if writes {
                let mut next = next.clone();
                next.mo[v].insert(k + 1, e as u8);
                push(next);
            }
            if fails {
                next.failed |= u64::from(matches!(step, Do::Cas { .. })) << e;
                push(next);
            }
        }
    }

    /// The value that an event has written.
    fn written(&self, e: usize) -> u32 {
        let from = |e: usize| self.written(self.graph.rf[e].expect("it has read") as usize);
        match self.step(e) {
            None => 0,
            Some(Do::Store(_, val, _) | Do::Swap(_, val, _) | Do::Cas { new: val, .. }) => val,
            Some(Do::Add(..)) => from(e) + 100,
            // How often the mutex was locked.
            Some(Do::Lock) => from(e) + 1,
            Some(Do::Unlock) => {
                let order = &self.graph.mo[MUTEX];
                let place = order
                    .iter()
                    .position(|&it| it as usize == e)
                    .expect("it has written");
                self.written(order[place - 1] as usize)
            }
            Some(other) => unreachable!("{other:?} writes to no atomic"),
        }
    }

    fn mode(&self, e: usize) -> Ordering {
        match self.step(e) {
            Some(
                Do::Load(_, o)
                | Do::Store(_, _, o)
                | Do::Add(_, o)
                | Do::Swap(_, _, o)
                | Do::Fence(o),
            ) => o,
            Some(Do::Cas { fail, .. }) if self.graph.failed & 1 << e != 0 => fail,
            Some(Do::Cas { ok, .. }) => ok,
            Some(Do::Lock) => Acquire,
            Some(Do::Unlock) => Release,
            _ => Relaxed,
        }
    }

    fn events(&self) -> Vec<usize> {
        let of_thread = |t: usize| (0..self.graph.done[t] as usize).map(move |i| LEN * t + i);
        (0..self.program.0.len()).flat_map(of_thread).collect()
    }

    fn outcome(&self) -> Outcome {
        let hb = self.happens_before();
        let value = |e: usize| {
            if self.step(e) == Some(Do::Read) {
                return Some(self.cell_value(e, &hb));
            }
            let val = self.written(self.graph.rf[e]? as usize);
            Some(
                val + if self.graph.failed & 1 << e != 0 {
                    FAILED
                } else {
                    0
                },
            )
        };
        let of_thread = |t: usize| {
            (0..self.program.0[t].len())
                .filter_map(|i| value(LEN * t + i))
                .collect()
        };
        let mut outcome: Outcome = (0..self.program.0.len()).map(of_thread).collect();
        let last =
            |v: usize| self.written(*self.graph.mo[v].last().expect("the first store") as usize);
        outcome.push((0..VARS).map(last).collect());
        outcome
    }

    /// What the last write before it has left, if nothing races.
    fn cell_value(&self, e: usize, hb: &Rel) -> u32 {
        let mut writes: Vec<usize> = self.events();
        writes.retain(|&w| matches!(self.step(w), Some(Do::Write(_))) && hb[w] & 1 << e != 0);
        let last = writes
            .iter()
            .find(|&&w| writes.iter().all(|&u| u == w || hb[u] & 1 << w != 0));
        match last.and_then(|&w| self.step(w)) {
            Some(Do::Write(val)) => val,
            _ => 0,
        }
    }

    fn has_race(&self) -> bool {
        let hb = self.happens_before();
        let cells: Vec<usize> = self
            .events()
            .into_iter()
            .filter(|&e| matches!(self.step(e), Some(Do::Read | Do::Write(_))))
            .collect();
        cells.iter().any(|&a| {
            cells.iter().any(|&b| {
                let conflict = self.step(a) != Some(Do::Read) || self.step(b) != Some(Do::Read);
                a < b && conflict && hb[a] & 1 << b == 0 && hb[b] & 1 << a == 0
            })
        })
    }

    fn program_order(&self) -> Rel {
        let mut po = [0; N];
        let all = self.events();
        for &a in &all {
            po[a] = all
                .iter()
                .filter(|&&b| b / LEN == a / LEN && a < b)
                .fold(0, |row, b| row | 1 << b);
        }
        for first in &mut po[FIRST..] {
            *first = all.iter().fold(0, |row, b| row | 1 << b);
        }
        po
    }

    fn happens_before(&self) -> Rel {
        let po = self.program_order();
        let is_fence = |e: usize| matches!(self.step(e), Some(Do::Fence(_)));
        let acquires = |e: usize| matches!(self.mode(e), Acquire | AcqRel | SeqCst);
        let releases = |e: usize| matches!(self.mode(e), Release | AcqRel | SeqCst);
        let events = self.events();
        let mut sw = [0; N];
        for &read in &events {
            let mut from = self.graph.rf[read].map(usize::from);
            let fences = bits(po[read]).filter(|&f| is_fence(f) && acquires(f));
            let to = fences.fold(u64::from(acquires(read)) << read, |row, f| row | 1 << f);
            // The release sequence, backwards.
            while let Some(write) = from.filter(|&write| write < FIRST) {
                if releases(write) {
                    sw[write] |= to;
                }
                for &f in &events {
                    if is_fence(f) && releases(f) && po[f] & 1 << write != 0 {
                        sw[f] |= to;
                    }
                }
                from = self.graph.rf[write].map(usize::from);
            }
        }
        closure(or(&po, &sw))
    }

    fn is_consistent(&self) -> bool {
        let (po, hb) = (self.program_order(), self.happens_before());
        let (mut mo, mut rf, mut rb) = ([0; N], [0; N], [0; N]);
        for order in &self.graph.mo {
            for (k, &a) in order.iter().enumerate() {
                mo[a as usize] = order[k + 1..].iter().fold(0, |row, b| row | 1 << b);
            }
        }
        for read in self.events() {
            let Some(from) = self.graph.rf[read].map(usize::from) else {
                continue;
            };
            rf[from] |= 1 << read;
            rb[read] |= mo[from] & !(1 << read);
            let order = &self.graph.mo[self.var(read).expect("it reads an atomic")];
            let place = |e: usize| order.iter().position(|&it| it as usize == e);
            // Atomicity.
            if place(read).is_some_and(|own| Some(own) != place(from).map(|from| from + 1)) {
                return false;
            }
        }
        let eco = closure(or(&or(&rf, &mo), &rb));
        // Coherence.
        let bad = then(&hb, &maybe(&eco));
        if (0..N).any(|e| (bad[e] | eco[e]) & 1 << e != 0) {
            return false;
        }
        let is_fence = |e: usize| matches!(self.step(e), Some(Do::Fence(_)));
        let same_place = |a: usize, b: usize| self.var(a).is_some() && self.var(a) == self.var(b);
        let elsewhere = only(&po, |a, b| !same_place(a, b));
        let scb = or(
            &or(&po, &then(&then(&elsewhere, &hb), &elsewhere)),
            &or(&only(&hb, same_place), &or(&mo, &rb)),
        );
        let seq_cst = self
            .events()
            .iter()
            .filter(|&&e| self.mode(e) == SeqCst)
            .fold(0, |row, e| row | 1 << e);
        let fences = bits(seq_cst)
            .filter(|&e| is_fence(e))
            .fold(0, |row, e| row | 1 << e);
        let left = or(&id(seq_cst), &then(&id(fences), &maybe(&hb)));
        let right = or(&id(seq_cst), &then(&maybe(&hb), &id(fences)));
        let base = then(&then(&left, &scb), &right);
        let between = or(&hb, &then(&then(&hb, &eco), &hb));
        let of_fences = then(&then(&id(fences), &between), &id(fences));
        let psc = closure(or(&base, &of_fences));
        (0..N).all(|e| psc[e] & 1 << e == 0)
    }
}

fn var(step: Do) -> Option<usize> {
    match step {
        Do::Load(v, _) | Do::Store(v, ..) | Do::Add(v, _) | Do::Swap(v, ..) | Do::Cas { v, .. } => {
            Some(v)
        }
        Do::Lock | Do::Unlock => Some(MUTEX),
        Do::Fence(_) | Do::Read | Do::Write(_) => None,
        other => unreachable!("the axioms know nothing of {other:?}"),
    }
}

fn then(a: &Rel, b: &Rel) -> Rel {
    a.map(|row| bits(row).fold(0, |all, middle| all | b[middle]))
}
fn or(a: &Rel, b: &Rel) -> Rel {
    std::array::from_fn(|e| a[e] | b[e])
}
fn id(all: u64) -> Rel {
    std::array::from_fn(|e| all & 1 << e)
}
fn maybe(a: &Rel) -> Rel {
    or(a, &id(u64::MAX))
}
fn only(a: &Rel, keep: impl Fn(usize, usize) -> bool) -> Rel {
    std::array::from_fn(|e| {
        bits(a[e])
            .filter(|&f| keep(e, f))
            .fold(0, |row, f| row | 1 << f)
    })
}
fn closure(mut a: Rel) -> Rel {
    for middle in 0..N {
        for e in 0..N {
            if a[e] & 1 << middle != 0 {
                a[e] |= a[middle];
            }
        }
    }
    a
}
fn bits(mut row: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = row.trailing_zeros() as usize;
        (row != 0).then(|| {
            row &= row - 1;
            bit
        })
    })
}
