//! Small programs whose possible outcomes are known, for both explorers.

use super::sync::atomic::{AtomicU32, Ordering, Ordering::*, fence};
use super::sync::{Arc, thread};
use crate::made_up::{Instruction, Program};

/// Two variables that start at 0.
struct Pair {
    x: AtomicU32,
    y: AtomicU32,
}

/// Runs all at once, the last one on the program's own thread; what each has seen, one after another.
fn all<const N: usize>(bodies: [Body; N]) -> (Arc<Pair>, Vec<u32>) {
    let pair = Arc::new(Pair {
        x: AtomicU32::new(0),
        y: AtomicU32::new(0),
    });
    let mut bodies = Vec::from(bodies);
    let last = bodies.pop().unwrap();
    let start = |body: Body| {
        let pair = Arc::clone(&pair);
        thread::spawn(move || body(&pair))
    };
    let threads: Vec<_> = bodies.into_iter().map(start).collect();
    let own = last(&pair);
    let mut seen = Vec::new();
    for thread in threads {
        seen.extend(thread.join().unwrap());
    }
    seen.extend(own);
    (pair, seen)
}

type Body = Box<dyn FnOnce(&Pair) -> Vec<u32> + Send>;

fn body(run: impl FnOnce(&Pair) -> Vec<u32> + Send + 'static) -> Body {
    Box::new(run)
}

pub(crate) fn message_passing(store: Ordering, load: Ordering) -> Vec<u32> {
    let write = body(move |pair| {
        pair.x.store(1, Relaxed);
        pair.y.store(1, store);
        vec![]
    });
    all([
        write,
        body(move |pair| vec![pair.y.load(load), pair.x.load(Relaxed)]),
    ])
    .1
}

pub(crate) fn message_passing_with_fences() -> Vec<u32> {
    let write = body(|pair| {
        pair.x.store(1, Relaxed);
        fence(Release);
        pair.y.store(1, Relaxed);
        vec![]
    });
    let read = body(|pair| {
        let flag = pair.y.load(Relaxed);
        fence(Acquire);
        vec![flag, pair.x.load(Relaxed)]
    });
    all([write, read]).1
}

pub(crate) fn store_buffering(store: Ordering, load: Ordering, fenced: bool) -> Vec<u32> {
    let between = move || {
        if fenced {
            fence(SeqCst);
        }
    };
    let one = body(move |pair| {
        pair.x.store(1, store);
        between();
        vec![pair.y.load(load)]
    });
    let other = body(move |pair| {
        pair.y.store(1, store);
        between();
        vec![pair.x.load(load)]
    });
    all([one, other]).1
}

pub(crate) fn load_buffering() -> Vec<u32> {
    let one = body(|pair| {
        let seen = pair.x.load(Relaxed);
        pair.y.store(1, Relaxed);
        vec![seen]
    });
    let other = body(|pair| {
        let seen = pair.y.load(Relaxed);
        pair.x.store(1, Relaxed);
        vec![seen]
    });
    all([one, other]).1
}

pub(crate) fn one_variable() -> Vec<u32> {
    let write = body(|pair| {
        pair.x.store(1, Relaxed);
        pair.x.store(2, Relaxed);
        vec![]
    });
    all([
        write,
        body(|pair| vec![pair.x.load(Relaxed), pair.x.load(Relaxed)]),
    ])
    .1
}

/// Each thread stores in both, in opposite orders. What is there at the end.
pub(crate) fn two_writes_each() -> Vec<u32> {
    let one = body(|pair| {
        pair.x.store(1, Relaxed);
        pair.y.store(2, Relaxed);
        vec![]
    });
    let other = body(|pair| {
        pair.y.store(1, Relaxed);
        pair.x.store(2, Relaxed);
        vec![]
    });
    let (pair, _) = all([one, other]);
    vec![pair.x.load(Relaxed), pair.y.load(Relaxed)]
}

/// A relaxed addition hands on what the store before it has released.
pub(crate) fn release_sequence() -> Vec<u32> {
    let write = body(|pair| {
        pair.x.store(1, Relaxed);
        pair.y.store(1, Release);
        vec![]
    });
    let add = body(|pair| {
        pair.y.fetch_add(1, Relaxed);
        vec![]
    });
    all([
        write,
        add,
        body(|pair| vec![pair.y.load(Acquire), pair.x.load(Relaxed)]),
    ])
    .1
}

/// A message that is passed on by a third thread.
pub(crate) fn passed_on(store: Ordering, load: Ordering) -> Vec<u32> {
    let write = body(move |pair| {
        pair.x.store(1, store);
        vec![]
    });
    let pass = body(move |pair| {
        let seen = pair.x.load(load);
        pair.y.store(seen, store);
        vec![]
    });
    all([
        write,
        pass,
        body(move |pair| vec![pair.y.load(load), pair.x.load(Relaxed)]),
    ])
    .1
}

/// Two writers, and two readers that look in opposite orders.
pub(crate) fn two_readers(store: Ordering, load: Ordering) -> Vec<u32> {
    let write_x = body(move |pair| {
        pair.x.store(1, store);
        vec![]
    });
    let write_y = body(move |pair| {
        pair.y.store(1, store);
        vec![]
    });
    let read = body(move |pair| vec![pair.x.load(load), pair.y.load(load)]);
    let other = body(move |pair| vec![pair.y.load(load), pair.x.load(load)]);
    all([write_x, write_y, read, other]).1
}

/// What the swap saw, and what is there at the end.
pub(crate) fn swap_and_store() -> Vec<u32> {
    let store = body(|pair| {
        pair.x.store(1, Relaxed);
        vec![]
    });
    let (pair, mut seen) = all([store, body(|pair| vec![pair.x.swap(2, Relaxed)])]);
    seen.push(pair.x.load(Relaxed));
    seen
}

pub(crate) fn two_loads() -> Vec<u32> {
    let one = body(|pair| {
        pair.x.load(Relaxed);
        pair.x.store(1, Relaxed);
        vec![]
    });
    all([one, body(|pair| vec![pair.x.load(Relaxed)])]).1
}

/// What the threads of a made-up program have seen.
pub(crate) fn made_up(program: &Program) -> Vec<u32> {
    let bodies = program.clone().map(|instructions| {
        body(move |pair| {
            let variables = [&pair.x, &pair.y];
            let mut seen = Vec::new();
            for instruction in instructions {
                match instruction {
                    Instruction::Load(on, order) => seen.push(variables[on].load(order)),
                    Instruction::Store(on, value, order) => variables[on].store(value, order),
                    Instruction::Add(on, order) => seen.push(variables[on].fetch_add(10, order)),
                    Instruction::Fence(order) => fence(order),
                }
            }
            seen
        })
    });
    all(bodies).1
}
