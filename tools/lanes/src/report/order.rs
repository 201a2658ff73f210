//! Looks for an ordinary interleaving with the same values.
//!
//! Loom finds a lost update, say, as a stale read: one thread runs to its end, and the other reads the value
//! from before. It is right, but it explains nothing. Mostly there is another order of the same steps in
//! which every read sees the latest write; that one is shown. Where there is none, the values can come
//! about only by weak memory ordering.

use std::collections::HashSet;

use crate::step::{Object, Op, Step, Value};

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// An order of the steps, as indices, with as few switches between threads as possible.
    Interleaving(Vec<usize>),
    /// There is none.
    None,
    /// The search was given up.
    Unknown,
}

/// Traces longer than this are not searched.
const MOST_STEPS: usize = 300;
/// How many states a search may look at.
const MOST_STATES: usize = 200_000;
/// How many switches between threads an order may have.
const MOST_SWITCHES: usize = 24;

/// Looks for an order of `steps` in which every read of an atomic sees the latest write.
///
/// It has to be one that `accept` accepts: for a data race, one in which it is still a race.
pub(crate) fn find(steps: &[Step], objects: &[Object], accept: impl Fn(&[usize]) -> bool) -> Found {
    if steps.len() > MOST_STEPS {
        return Found::Unknown;
    }
    let mut search = Search::new(steps, objects, &accept);
    for switches in 0..=MOST_SWITCHES.min(steps.len()) {
        if search.from(0, switches) {
            return Found::Interleaving(search.order);
        }
        if search.states > MOST_STATES {
            return Found::Unknown;
        }
        if !search.ran_out_of_switches {
            return Found::None;
        }
        search.ran_out_of_switches = false;
    }
    Found::Unknown
}

/// Whether the values of a single atomic already contradict each other. No machine shows such an execution:
/// every atomic on its own behaves as if its accesses were interleaved.
pub(crate) fn is_incoherent(steps: &[Step], objects: &[Object]) -> bool {
    let atomics: HashSet<_> = steps
        .iter()
        .filter(|step| step.is_atomic())
        .map(|s| s.object)
        .collect();
    atomics.into_iter().any(|object| {
        let threads = |op| matches!(op, Op::Spawn(_) | Op::Join(_) | Op::End);
        let alone: Vec<Step> = steps
            .iter()
            .filter(|step| step.object == object || threads(step.op))
            .copied()
            .collect();
        find(&alone, objects, |_| true) == Found::None
    })
}

struct Search<'a> {
    steps: &'a [Step],
    /// The steps of each thread, in its order.
    threads: Vec<Vec<usize>>,
    /// Steps that must come before: of another thread, or on the same object.
    after: Vec<Vec<usize>>,
    // The state.
    next: Vec<usize>,
    done: Vec<bool>,
    memory: Vec<Value>,
    order: Vec<usize>,
    accept: &'a dyn Fn(&[usize]) -> bool,
    /// Whether it has refused an order. From then on states that look the same may differ in what they lead to.
    refused: bool,
    // What is known of the search.
    dead: HashSet<(Vec<usize>, Vec<Value>, usize, usize)>,
    states: usize,
    ran_out_of_switches: bool,
}

impl<'a> Search<'a> {
    fn new(steps: &'a [Step], objects: &[Object], accept: &'a dyn Fn(&[usize]) -> bool) -> Self {
        let threads = steps.iter().map(|step| step.thread + 1).max().unwrap_or(0);
        Self {
            steps,
            threads: (0..threads)
                .map(|thread| {
                    (0..steps.len())
                        .filter(|&i| steps[i].thread == thread)
                        .collect()
                })
                .collect(),
            after: (0..steps.len()).map(|i| prerequisites(steps, i)).collect(),
            next: vec![0; threads],
            done: vec![false; steps.len()],
            memory: objects.iter().map(|object| object.initial).collect(),
            order: Vec::new(),
            accept,
            refused: false,
            dead: HashSet::new(),
            states: 0,
            ran_out_of_switches: false,
        }
    }

    /// Whether the steps that are left can be put in order from here, with `current` running.
    fn from(&mut self, current: usize, switches: usize) -> bool {
        if self.order.len() == self.steps.len() {
            let accepted = (self.accept)(&self.order);
            self.refused |= !accepted;
            return accepted;
        }
        self.states += 1;
        if self.states > MOST_STATES {
            return false;
        }
        let state = (self.next.clone(), self.memory.clone(), current, switches);
        if self.dead.contains(&state) {
            return false;
        }
        let count = self.threads.len();
        for offset in 0..count {
            let thread = (current + offset) % count;
            let Some(&step) = self.threads[thread].get(self.next[thread]) else {
                continue;
            };
            if !self.can_run(step) {
                continue;
            }
            let cost = usize::from(thread != current);
            if cost > switches {
                self.ran_out_of_switches = true;
                continue;
            }
            let undo = self.run(step);
            if self.from(thread, switches - cost) {
                return true;
            }
            self.undo(step, undo);
        }
        if !self.refused {
            self.dead.insert(state);
        }
        false
    }

    fn can_run(&self, index: usize) -> bool {
        let step = &self.steps[index];
        let reads = step.is_atomic() && step.read.is_known();
        let sees = !reads || self.value_of(step) == step.read;
        sees && self.after[index].iter().all(|&before| self.done[before])
    }

    fn value_of(&self, step: &Step) -> Value {
        let object = step.object.expect("an atomic step has an object");
        self.memory
            .get(object.0 as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Runs a step and returns the value that it overwrites.
    fn run(&mut self, index: usize) -> Option<Value> {
        let step = &self.steps[index];
        self.next[step.thread] += 1;
        self.done[index] = true;
        self.order.push(index);
        let object = step.object.map_or(usize::MAX, |object| object.0 as usize);
        // `get_mut` writes too; it is ordered like a cell, but loads see it.
        let writes =
            step.wrote.is_known() && (step.is_atomic() || matches!(step.op, Op::Exclusive(_)));
        match self.memory.get_mut(object) {
            Some(value) if writes => Some(std::mem::replace(value, step.wrote)),
            _ => None,
        }
    }

    fn undo(&mut self, index: usize, overwritten: Option<Value>) {
        let step = &self.steps[index];
        if let (Some(value), Some(object)) = (overwritten, step.object) {
            self.memory[object.0 as usize] = value;
        }
        self.order.pop();
        self.done[index] = false;
        self.next[step.thread] -= 1;
    }
}

/// The steps outside its own thread that must come before step `index`.
fn prerequisites(steps: &[Step], index: usize) -> Vec<usize> {
    let step = &steps[index];
    let mut before = Vec::new();
    let first = !steps[..index]
        .iter()
        .any(|other| other.thread == step.thread);
    if first {
        before.extend(
            steps
                .iter()
                .position(|other| other.op == Op::Spawn(step.thread)),
        );
    }
    if let Op::Join(thread) = step.op {
        before.extend(
            steps
                .iter()
                .position(|other| other.thread == thread && other.op == Op::End),
        );
    }
    // All but atomic accesses keep the order they had on each object; so do wake-ups.
    if !step.is_atomic() {
        // A wait touches two: its condition variable and its mutex.
        for object in [step.object, step.second_object].into_iter().flatten() {
            before.extend((0..index).rev().find(|&other| {
                let other = &steps[other];
                !other.is_atomic() && [other.object, other.second_object].contains(&Some(object))
            }));
        }
    }
    if matches!(step.op, Op::Exclusive(_)) {
        before.extend((0..index).filter(|&other| steps[other].object == step.object));
    }
    if step.is_atomic() {
        let alone = |other: &usize| {
            steps[*other].object == step.object && matches!(steps[*other].op, Op::Exclusive(_))
        };
        before.extend((0..index).filter(alone));
    }
    if step.op == Op::Park && !step.spurious {
        before.extend((0..index).filter(|&other| steps[other].op == Op::Unpark(step.thread)));
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{ObjectId, ObjectKind};
    use std::panic::Location;

    const X: ObjectId = ObjectId(0);
    const Y: ObjectId = ObjectId(1);

    fn objects() -> Vec<Object> {
        let object = Object {
            kind: ObjectKind::Atomic,
            site: Location::caller(),
            initial: Value::Int(0),
            name: None,
        };
        vec![object.clone(), object]
    }

    fn load(thread: usize, object: ObjectId, value: i128) -> Step {
        let mut step = Step::new(Op::Load, Location::caller()).on(object);
        step.thread = thread;
        step.read = Value::Int(value);
        step
    }

    fn store(thread: usize, object: ObjectId, value: i128) -> Step {
        let mut step = Step::new(Op::Store, Location::caller()).on(object);
        step.thread = thread;
        step.wrote = Value::Int(value);
        step
    }

    #[test]
    fn a_stale_read_becomes_a_lost_update() {
        // As loom runs it: thread 0 first, then thread 1, which reads the old value.
        let steps = [
            load(0, X, 0),
            store(0, X, 1),
            load(1, X, 0),
            store(1, X, 1),
            load(0, X, 1),
        ];
        let Found::Interleaving(order) = find(&steps, &objects(), |_| true) else {
            panic!("there is an interleaving");
        };
        // Both load before either stores.
        let place = |step| order.iter().position(|&i| i == step).unwrap();
        assert!(place(2) < place(1), "{order:?}");
    }

    #[test]
    fn store_buffering_is_no_interleaving() {
        let steps = [store(0, X, 1), load(0, Y, 0), store(1, Y, 1), load(1, X, 0)];
        assert_eq!(find(&steps, &objects(), |_| true), Found::None);
        assert!(!is_incoherent(&steps, &objects()));
    }

    #[test]
    fn reading_backwards_is_incoherent() {
        let steps = [store(0, X, 1), load(1, X, 1), load(1, X, 0)];
        assert!(is_incoherent(&steps, &objects()));
    }

    #[test]
    fn an_order_has_no_more_switches_than_it_needs() {
        // Scheduled with a switch after every step; none depends on the others.
        let steps = [store(0, X, 1), store(1, Y, 1), load(0, X, 1), load(1, Y, 1)];
        assert_eq!(
            find(&steps, &objects(), |_| true),
            Found::Interleaving(vec![0, 2, 1, 3])
        );
    }
}
