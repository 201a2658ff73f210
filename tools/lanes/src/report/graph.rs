//! Which step happens before which, and which edge is missing.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use crate::step::{Object, Op, Step, Value};

/// The steps of a report as a graph: an edge leads from a step to one that comes after it.
pub(crate) struct Graph<'a> {
    steps: &'a [Step],
    /// For each step that reads an atomic, the step whose value it reads; `None` is the first value.
    pub(crate) reads_from: Vec<Option<usize>>,
    /// For each step that reads an atomic, an earlier row that had already written another value.
    pub(crate) stale: Vec<Option<usize>>,
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

/// Which write a read is taken to read from, of those with the right value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadsFrom {
    Latest,
    Earliest,
}

/// The cheapest path to a step that is known so far: its cost, and the edge that it ends with.
#[derive(Clone, Copy)]
struct Path {
    cost: usize,
    last: Option<(usize, Option<Missing>)>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(steps: &'a [Step], objects: &[Object], choice: ReadsFrom) -> Self {
        let mut graph = Self {
            steps,
            reads_from: vec![None; steps.len()],
            stale: vec![None; steps.len()],
            synchronizes_with: vec![None; steps.len()],
            edges: vec![Vec::new(); steps.len()],
        };
        for (index, step) in steps.iter().enumerate() {
            graph.connect_by_thread(index);
            graph.connect_by_lock(index);
            if step.is_atomic() && step.read.is_known() {
                graph.find_write(index, objects, choice);
                graph.connect_by_value(index);
            }
        }
        graph
    }

    /// A path from `from` to `to` over as few missing edges as possible, and those edges. `None` if there is
    /// no path at all.
    pub(crate) fn missing_between(&self, from: usize, to: usize) -> Option<Vec<Missing>> {
        let mut paths: Vec<Option<Path>> = vec![None; self.steps.len()];
        paths[from] = Some(Path {
            cost: 0,
            last: None,
        });
        let mut queue = VecDeque::from([from]);
        while let Some(step) = queue.pop_front() {
            let Some(here) = paths[step] else { continue };
            for edge in &self.edges[step] {
                let cost = here.cost + usize::from(edge.missing.is_some());
                if paths[edge.to].is_none_or(|known| cost < known.cost) {
                    let last = Some((step, edge.missing));
                    paths[edge.to] = Some(Path { cost, last });
                    match edge.missing {
                        None => queue.push_front(edge.to),
                        Some(_) => queue.push_back(edge.to),
                    }
                }
            }
        }
        let mut missing = Vec::new();
        let mut last = paths[to]?.last;
        while let Some((step, edge)) = last {
            missing.extend(edge);
            last = paths[step].and_then(|path| path.last);
        }
        missing.reverse();
        Some(missing)
    }

    /// Whether `first` happens before `second`.
    fn is_ordered(&self, first: usize, second: usize) -> bool {
        self.missing_between(first, second)
            .is_some_and(|missing| missing.is_empty())
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

    /// Edges by locks, wake-ups, counts and fences.
    fn connect_by_lock(&mut self, index: usize) {
        let steps = self.steps;
        let step = &steps[index];
        let same = |other: &Step| {
            step.object.is_some()
                && (other.object == step.object || other.second_object == step.object)
        };
        for (before, other) in steps[..index].iter().enumerate() {
            let ordered = match step.op {
                Op::Lock(_) | Op::TryLock(_) => {
                    step.succeeded
                        && same(other)
                        && matches!(other.op, Op::Unlock(_) | Op::Downgrade | Op::Wait { .. })
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
                Op::Fence => {
                    other.op == Op::Fence
                        && [other.order, step.order] == [Some(Ordering::SeqCst); 2]
                }
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

    /// The write that a read reads, judged by its value.
    fn find_write(&mut self, index: usize, objects: &[Object], choice: ReadsFrom) {
        let step = &self.steps[index];
        let writes: Vec<usize> = (0..index)
            .filter(|&other| self.steps[other].object == step.object)
            .filter(|&other| {
                let step = &self.steps[other];
                step.wrote.is_known() && (step.is_atomic() || matches!(step.op, Op::Exclusive(_)))
            })
            .collect();
        let mut same = writes
            .iter()
            .copied()
            .filter(|&write| self.steps[write].wrote == step.read);
        let object = step
            .object
            .and_then(|object| objects.get(object.0 as usize));
        let initial = object.is_some_and(|object| object.initial == step.read);
        // A thread never reads what it has itself overwritten.
        let own = writes
            .iter()
            .rposition(|&write| self.steps[write].thread == step.thread);
        let oldest = own.map_or(0, |own| writes[own]);
        let source = match choice {
            ReadsFrom::Latest => same.next_back(),
            ReadsFrom::Earliest if initial && own.is_none() => None,
            ReadsFrom::Earliest => same.find(|&write| write >= oldest),
        };
        self.reads_from[index] = source;
        if source.is_some() || initial {
            // The first write after the one it reads.
            let newer = writes
                .iter()
                .find(|&&write| source.is_none_or(|source| write > source));
            self.stale[index] = newer.copied();
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
        let release = if releases(write.order) {
            Some(writer)
        } else {
            (0..writer).rev().find(|&fence| {
                let step = &self.steps[fence];
                step.thread == write.thread && step.op == Op::Fence && releases(step.order)
            })
        };
        let acquire = if acquires(read.effective_order()) {
            Some(reader)
        } else {
            (reader + 1..self.steps.len()).find(|&fence| {
                let step = &self.steps[fence];
                step.thread == read.thread && step.op == Op::Fence && acquires(step.order)
            })
        };
        match (release, acquire) {
            (Some(release), Some(acquire)) => {
                self.add(release, acquire, None);
                self.synchronizes_with[acquire].get_or_insert(release);
            }
            _ => {
                let missing = Missing {
                    writer,
                    reader,
                    needs_release: release.is_none(),
                    needs_acquire: acquire.is_none(),
                };
                self.add(writer, reader, Some(missing));
            }
        }
    }
}

fn position(steps: &[Step], op: Op) -> Option<usize> {
    steps.iter().position(|step| step.op == op)
}

fn releases(order: Option<Ordering>) -> bool {
    matches!(
        order,
        Some(Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
    )
}

fn acquires(order: Option<Ordering>) -> bool {
    matches!(
        order,
        Some(Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
    )
}
