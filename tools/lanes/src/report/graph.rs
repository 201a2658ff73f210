//! Which step happens before which, and which edge is missing.

mod order;
mod path;

use std::sync::atomic::Ordering;

use crate::step::{Access, Op, Step, Value};

/// The steps of a report as a graph: an edge leads from a step to one that comes after it.
///
/// Which store a load reads, and which of two stores is newer, is what the engine says: rows do not show it where two stores
/// leave the same value, or where a store is put before one that was made earlier.
pub(crate) struct Graph<'a> {
    steps: &'a [Step],
    /// For each step that reads an atomic, the step whose value it reads; `None` is the first value.
    pub(crate) reads_from: Vec<Option<usize>>,
    /// For each step that reads an atomic, an earlier row that had already written something newer.
    pub(crate) stale: Vec<Option<usize>>,
    /// For each step that writes an atomic, an earlier row that had already written something newer.
    pub(crate) behind: Vec<Option<usize>>,
    /// For each step, one that it synchronizes with.
    pub(crate) synchronizes_with: Vec<Option<usize>>,
    edges: Vec<Vec<Edge>>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    to: usize,
    missing: Option<Missing>,
}

/// An edge that would be there if the orderings were stronger: a value went from one thread to another, but
/// nothing else went with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) writer: usize,
    pub(crate) reader: usize,
    /// The writer would have to release.
    pub(crate) needs_release: bool,
    /// The reader would have to acquire.
    pub(crate) needs_acquire: bool,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(steps: &'a [Step]) -> Self {
        let mut graph = Self {
            steps,
            reads_from: vec![None; steps.len()],
            stale: vec![None; steps.len()],
            behind: vec![None; steps.len()],
            synchronizes_with: vec![None; steps.len()],
            edges: vec![Vec::new(); steps.len()],
        };
        for index in 0..steps.len() {
            graph.connect_by_thread(index);
            graph.connect_by_lock(index);
            graph.find_newer(index);
            graph.connect_by_value(index);
        }
        graph
    }

    /// An access that races with the last step, the latest such one.
    pub(crate) fn race_with_last(&self) -> Option<usize> {
        let (last, earlier) = self.steps.split_last()?;
        (0..earlier.len()).rev().find(|&first| {
            let step = &self.steps[first];
            (step.object == last.object || step.lies_in(last.object))
                && step.thread != last.thread
                && (step.writes() || last.writes())
                && !self.is_ordered(first, earlier.len())
        })
    }

    fn add(&mut self, from: usize, to: usize, missing: Option<Missing>) {
        self.edges[from].push(Edge { to, missing });
    }

    /// Edges within a thread, to a thread's first step and from its last.
    fn connect_by_thread(&mut self, index: usize) {
        let steps = self.steps;
        let step = &steps[index];
        match (0..index)
            .rev()
            .find(|&other| steps[other].thread == step.thread)
        {
            Some(before) => self.add(before, index, None),
            None => {
                if let Some(spawn) = position(steps, Op::Spawn(step.thread)) {
                    self.add(spawn, index, None);
                }
            }
        }
        if let Op::Join(thread) = step.op {
            let end = steps
                .iter()
                .position(|other| other.thread == thread && other.op == Op::End);
            if let Some(end) = end {
                self.add(end, index, None);
            }
        }
    }

    /// Edges by locks, wake-ups and counts.
    fn connect_by_lock(&mut self, index: usize) {
        let steps = self.steps;
        let step = &steps[index];
        let same = |other: &Step| {
            step.object.is_some()
                && (other.object == step.object || other.second_object == step.object)
        };
        for (before, other) in steps[..index].iter().enumerate() {
            let ordered = match step.op {
                Op::Lock(access) | Op::TryLock(access) => {
                    step.succeeded && same(other) && hands_over(other.op, access)
                }
                Op::Woken(_) => same(other) && other.wakes(step.thread),
                Op::Drop => same(other) && other.op == Op::Drop && step.wrote == Value::Int(0),
                Op::Pin | Op::Unpin | Op::Defer => {
                    matches!(other.op, Op::Pin | Op::Unpin | Op::Defer)
                }
                Op::Call(call) => {
                    let publishes = matches!(other.op, Op::Call(call) if call.publishes);
                    call.receives && same(other) && publishes
                }
                Op::Park | Op::ParkTimeout => other.op == Op::Unpark(step.thread) && !step.spurious,
                _ => false,
            };
            if ordered {
                self.add(before, index, None);
                if other.thread != step.thread {
                    self.synchronizes_with[index] = Some(before);
                }
            }
        }
    }

    /// Edges from the writes whose values went into a read: the one it reads and, through
    /// read-modify-writes, those before.
    fn connect_by_value(&mut self, reader: usize) {
        let mut next = self.reads_from[reader];
        while let Some(writer) = next {
            self.connect_pair(writer, reader);
            let chained = matches!(
                self.steps[writer].op,
                Op::Rmw(_) | Op::CompareExchange { .. }
            );
            next = if chained {
                self.reads_from[writer]
            } else {
                None
            };
        }
    }

    fn connect_pair(&mut self, writer: usize, reader: usize) {
        let (write, read) = (&self.steps[writer], &self.steps[reader]);
        if write.thread == read.thread {
            return;
        }
        let release_fence = (0..writer).rev().find(|&fence| {
            let step = &self.steps[fence];
            step.thread == write.thread && step.op == Op::Fence && releases(step.order)
        });
        let acquire_fence = (reader + 1..self.steps.len()).find(|&fence| {
            let step = &self.steps[fence];
            step.thread == read.thread && step.op == Op::Fence && acquires(step.order)
        });
        // A fence orders what stands before it, or behind it: what stands between it and the access is another matter.
        let (releases, acquires) = (releases(write.order), acquires(read.effective_order()));
        let froms = [(Some(writer), !releases), (release_fence, false)];
        let tos = [(Some(reader), !acquires), (acquire_fence, false)];
        for (from, needs_release) in froms {
            for (to, needs_acquire) in tos {
                let (Some(from), Some(to)) = (from, to) else {
                    continue;
                };
                let missing = (needs_release || needs_acquire).then_some(Missing {
                    writer,
                    reader,
                    needs_release,
                    needs_acquire,
                });
                self.add(from, to, missing);
                if missing.is_none() {
                    self.synchronizes_with[to].get_or_insert(from);
                }
            }
        }
    }
}

/// Whether a lock that is taken like that knows what the thread knew that let it go. Nothing orders two readers.
fn hands_over(op: Op, access: Access) -> bool {
    match op {
        Op::Unlock(Access::Read) => access == Access::Write,
        Op::Unlock(_) | Op::Downgrade | Op::Wait { .. } => true,
        _ => false,
    }
}

fn position(steps: &[Step], op: Op) -> Option<usize> {
    steps.iter().position(|step| step.op == op)
}

pub(super) fn releases(order: Option<Ordering>) -> bool {
    matches!(
        order,
        Some(Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
    )
}

pub(super) fn acquires(order: Option<Ordering>) -> bool {
    matches!(
        order,
        Some(Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
    )
}
