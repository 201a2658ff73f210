//! Random programs with loops against an enumeration of their interleavings: what they can end with, and whether they can go
//! round for ever. With SeqCst that has to be the same; with weaker orderings there may be more.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use explorer::{Kind, Settings, explore};
use lanes::sync::atomic::AtomicU32;
use lanes::sync::{hint, thread};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Do {
    Store(usize, u32),
    /// What is seen is part of the outcome.
    Load(usize),
    Swap(usize, u32),
}

/// `body` again and again until the variable holds the value, or, without one, once.
#[derive(Clone, Debug)]
struct Part {
    body: Vec<Do>,
    until: Option<(usize, u32)>,
}

type Program = Vec<Vec<Part>>;
/// What was seen outside of loops, and what the variables hold.
type Outcome = (Vec<Vec<u32>>, [u32; 2]);

struct Die(u64);

impl Die {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n
    }
}

fn make(die: &mut Die) -> Program {
    let step = |die: &mut Die, in_loop: bool| match die.below(if in_loop { 3 } else { 5 }) {
        0 | 1 => Do::Store(die.below(2), die.below(3) as u32),
        2 => Do::Swap(die.below(2), die.below(3) as u32),
        _ => Do::Load(die.below(2)),
    };
    let part = |die: &mut Die| {
        let loops = die.below(3) > 0;
        let len = if loops { die.below(3) } else { 1 };
        let body = (0..len).map(|_| step(die, loops)).collect();
        Part {
            body,
            until: loops.then(|| (die.below(2), die.below(3) as u32)),
        }
    };
    (0..2)
        .map(|_| (0..1 + die.below(2)).map(|_| part(die)).collect())
        .collect()
}

/// With the orderings of loads, stores and read-modify-writes.
fn run(vars: &[AtomicU32; 2], parts: &[Part], [load, store, rmw]: [Ordering; 3]) -> Vec<u32> {
    let mut seen = Vec::new();
    for part in parts {
        loop {
            for step in &part.body {
                match *step {
                    Do::Store(v, val) => vars[v].store(val, store),
                    Do::Load(v) => seen.push(vars[v].load(load)),
                    Do::Swap(v, val) => drop(vars[v].swap(val, rmw).to_string()),
                }
            }
            match part.until {
                Some((v, val)) if vars[v].load(load) != val => hint::spin_loop(),
                _ => break,
            }
        }
    }
    seen
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct State {
    /// Of each thread: the part, the step in it, and what it has seen.
    threads: Vec<(usize, usize, Vec<u32>)>,
    vars: [u32; 2],
}

/// The next state of `t`. A loop that only looks is over when there is something to see.
fn next(program: &Program, state: &State, t: usize) -> Option<State> {
    let (part, step, _) = state.threads[t];
    let Part { body, until } = program[t].get(part)?;
    let mut next = state.clone();
    let (at, in_part, seen) = &mut next.threads[t];
    let Some(&it) = body.get(step) else {
        let &(v, val) = until.as_ref()?;
        let is_over = state.vars[v] == val;
        if body.is_empty() && !is_over {
            return None;
        }
        (*at, *in_part) = if is_over { (part + 1, 0) } else { (part, 0) };
        return Some(next);
    };
    match it {
        Do::Store(v, val) | Do::Swap(v, val) => next.vars[v] = val,
        Do::Load(v) => seen.push(state.vars[v]),
    }
    (*at, *in_part) = if step + 1 == body.len() && until.is_none() {
        (part + 1, 0)
    } else {
        (part, step + 1)
    };
    Some(next)
}

/// All outcomes, and whether there is a circle in which every thread that can go on does, or an end before the end.
fn enumerate(program: &Program) -> (BTreeSet<Outcome>, bool) {
    let start = State {
        threads: vec![(0, 0, Vec::new()); program.len()],
        vars: [0, 0],
    };
    let (mut numbers, mut states) = (HashMap::from([(start.clone(), 0)]), vec![start]);
    let mut edges: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut outcomes = BTreeSet::new();
    let mut stuck = false;
    while let Some(state) = states.get(edges.len()).cloned() {
        let mut out = Vec::new();
        for t in 0..program.len() {
            if let Some(next) = next(program, &state, t) {
                let number = *numbers.entry(next.clone()).or_insert_with(|| {
                    states.push(next);
                    states.len() - 1
                });
                out.push((t, number));
            }
        }
        if out.is_empty() {
            let done = state
                .threads
                .iter()
                .zip(program)
                .all(|(thread, parts)| thread.0 == parts.len());
            stuck |= !done;
            if done {
                let seen = state
                    .threads
                    .iter()
                    .map(|thread| thread.2.clone())
                    .collect();
                outcomes.insert((seen, state.vars));
            }
        }
        edges.push(out);
    }
    let all = vec![true; edges.len()];
    (outcomes, stuck || has_fair_circle(&edges, &all))
}

/// By reachability: small, slow, and unlike what the explorer does.
fn has_fair_circle(edges: &[Vec<(usize, usize)>], among: &[bool]) -> bool {
    let n = edges.len();
    let reach = |from: usize| {
        let (mut seen, mut stack) = (vec![false; n], vec![from]);
        while let Some(at) = stack.pop() {
            for &(_, to) in &edges[at] {
                if among[to] && !seen[to] {
                    seen[to] = true;
                    stack.push(to);
                }
            }
        }
        seen
    };
    let reaches: Vec<Vec<bool>> = (0..n)
        .map(|at| if among[at] { reach(at) } else { vec![false; n] })
        .collect();
    let mut tried = vec![false; n];
    (0..n).filter(|&at| reaches[at][at]).any(|at| {
        if std::mem::replace(&mut tried[at], true) {
            return false;
        }
        let circle: Vec<bool> = (0..n)
            .map(|to| reaches[at][to] && reaches[to][at])
            .collect();
        let members: Vec<usize> = (0..n).filter(|&to| circle[to]).collect();
        members.iter().for_each(|&to| tried[to] = true);
        let moves = |t: usize| {
            members
                .iter()
                .any(|&to| edges[to].iter().any(|&(u, next)| u == t && circle[next]))
        };
        let fair: Vec<bool> = (0..n)
            .map(|to| circle[to] && edges[to].iter().all(|&(t, _)| moves(t)))
            .collect();
        if fair == circle {
            true
        } else {
            has_fair_circle(edges, &fair)
        }
    })
}

/// The explorer's answer, unless it has come to a limit: all outcomes, and whether there is a livelock.
fn find(program: &Program, orderings: [Ordering; 3]) -> Option<(BTreeSet<Outcome>, bool)> {
    let program = program.clone();
    let settings = Settings {
        most_states: 2_000,
        ..Settings::default()
    };
    let found = explore(&settings, move || {
        let vars = Arc::new([0, 0].map(AtomicU32::new));
        let other = thread::spawn({
            let (vars, parts) = (Arc::clone(&vars), program[1].clone());
            move || run(&vars, &parts, orderings)
        });
        let ours = run(&vars, &program[0], orderings);
        let seen = vec![ours, other.join().unwrap()];
        (seen, [0, 1].map(|v| vars[v].load(orderings[0])))
    });
    assert!(
        found.failures.iter().all(|it| it.kind == Kind::Livelock),
        "{:?}",
        found.failures
    );
    found
        .limit
        .is_none()
        .then_some((found.outcomes, !found.failures.is_empty()))
}

fn programs() -> impl Iterator<Item = Program> {
    (0..160_u64).map(|n| {
        let mut die = Die((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        (0..5).for_each(|_| assert!(die.below(2) < 2));
        make(&mut die)
    })
}

#[test]
fn loops_end_as_they_can_and_go_round_for_ever_if_they_can() {
    let (mut compared, mut livelocks) = (0, 0);
    for program in programs() {
        // A loop that waits beside one that never ends has no end of histories.
        let Some(found) = find(&program, [SeqCst; 3]) else {
            continue;
        };
        let right = enumerate(&program);
        assert_eq!(found, right, "{program:#?}");
        compared += 1;
        livelocks += usize::from(right.1);
    }
    println!("{compared} compared, {livelocks} of them with a livelock");
    assert!(compared > 100 && livelocks > 20 && compared - livelocks > 20);
}

#[test]
fn weaker_orderings_take_no_end_away() {
    let mut compared = 0;
    for program in programs() {
        for orderings in [[Relaxed; 3], [Acquire, Release, AcqRel]] {
            let Some((outcomes, goes_round)) = find(&program, orderings) else {
                continue;
            };
            let (right, must_go_round) = enumerate(&program);
            assert!(outcomes.is_superset(&right), "{program:#?}");
            assert!(goes_round || !must_go_round, "{program:#?}");
            compared += 1;
        }
    }
    println!("{compared} compared");
    assert!(compared > 200);
}
