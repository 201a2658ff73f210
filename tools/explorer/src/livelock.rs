//! Circles in which threads could go round for ever.
//!
//! Threads that only look are blocked until they see something new (`wait`), so that a search ends where all of them wait.
//! What is left are loops that write in each round: two threads that give way to each other. There the states themselves go
//! round. Such a circle is a livelock if it is fair: every thread that can go on somewhere in it does go on somewhere in it.

use std::collections::VecDeque;

use crate::op::Tid;
use crate::survey::{Seen, Survey};
use crate::ways::Way;

/// A state of a fair circle, the threads that go round, and a round in which each of them takes a step.
pub(crate) struct Circle {
    pub(crate) state: usize,
    pub(crate) threads: u64,
    pub(crate) round: Vec<(Tid, Way)>,
}

/// Looks for one among all states.
pub(crate) fn find(survey: &Survey) -> Option<Circle> {
    let all: Vec<usize> = (0..survey.states.len()).collect();
    find_among(&survey.states, all)
}

/// Looks for one that is fair to all but `stopped`, which takes no step any more.
pub(crate) fn find_without(survey: &Survey, stopped: Tid) -> Option<Circle> {
    let could_go_on = |&at: &usize| survey.states[at].enabled & 1 << stopped != 0;
    let among: Vec<usize> = (0..survey.states.len()).filter(could_go_on).collect();
    if among.is_empty() {
        return None;
    }
    let states = survey.states.iter().map(|seen| seen.without(stopped));
    find_among(&states.collect::<Vec<Seen>>(), among)
}

fn find_among(states: &[Seen], among: Vec<usize>) -> Option<Circle> {
    components(states, &among)
        .into_iter()
        .find_map(|component| {
            let is_inside = |at: usize| component.binary_search(&at).is_ok();
            let edges = || component.iter().flat_map(|&at| &states[at].edges);
            let moving = edges()
                .filter(|&&(_, _, to)| is_inside(to))
                .fold(0, |all, &(t, ..)| all | 1 << t);
            if moving == 0 {
                return None;
            }
            // A thread that could go on, and never does here, will leave. What is left without its states may still be fair.
            let is_fair = |&at: &usize| states[at].enabled & !moving == 0;
            let fair: Vec<usize> = component.iter().copied().filter(is_fair).collect();
            match fair.len() == component.len() {
                true => Some(Circle {
                    state: component[0],
                    threads: moving,
                    round: round(states, &component, moving),
                }),
                false => find_among(states, fair),
            }
        })
}

/// Steps from the first of these states back to it, among them one of each of the threads.
fn round(states: &[Seen], component: &[usize], threads: u64) -> Vec<(Tid, Way)> {
    let (mut at, mut round) = (component[0], Vec::new());
    for t in (0..64).filter(|t| threads & 1 << t != 0) {
        if round.iter().any(|&(u, _)| u == t) {
            continue;
        }
        let moves = |from: usize| states[from].edges.iter().any(|&(u, ..)| u == t);
        at = go_to(states, component, at, moves, &mut round);
        let is_inside = |to: usize| component.binary_search(&to).is_ok();
        let edge = states[at]
            .edges
            .iter()
            .find(|&&(u, _, to)| u == t && is_inside(to));
        if let Some(&(_, way, to)) = edge {
            round.push((t, way));
            at = to;
        }
    }
    go_to(
        states,
        component,
        at,
        |state| state == component[0],
        &mut round,
    );
    round
}

/// Goes the shortest way to a state that is wanted, if there is one. Where that ends.
fn go_to(
    states: &[Seen],
    component: &[usize],
    from: usize,
    is_wanted: impl Fn(usize) -> bool,
    taken: &mut Vec<(Tid, Way)>,
) -> usize {
    let mut queue = VecDeque::from([(from, Vec::new())]);
    let mut known = vec![from];
    while let Some((at, way)) = queue.pop_front() {
        if is_wanted(at) {
            taken.extend(way);
            return at;
        }
        for &(t, step, to) in &states[at].edges {
            if component.binary_search(&to).is_ok() && !known.contains(&to) {
                known.push(to);
                queue.push_back((to, [way.as_slice(), &[(t, step)]].concat()));
            }
        }
    }
    from
}

/// The strongly connected components of these states, each sorted (Tarjan).
fn components(states: &[Seen], among: &[usize]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut is_among = vec![false; states.len()];
    among.iter().for_each(|&at| is_among[at] = true);
    let mut number = vec![NEW; states.len()];
    let mut lowest = vec![NEW; states.len()];
    let mut is_open = vec![false; states.len()];
    let (mut open, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for &root in among {
        if number[root] != NEW {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((at, edge)) = stack.pop() {
            if edge == 0 {
                (number[at], lowest[at]) = (next, next);
                next += 1;
                open.push(at);
                is_open[at] = true;
            }
            if let Some(&(_, _, to)) = states[at].edges.get(edge) {
                stack.push((at, edge + 1));
                if is_among[to] && number[to] == NEW {
                    stack.push((to, 0));
                } else if is_open[to] {
                    lowest[at] = lowest[at].min(number[to]);
                }
                continue;
            }
            if let Some(&(parent, _)) = stack.last() {
                lowest[parent] = lowest[parent].min(lowest[at]);
            }
            if lowest[at] == number[at] {
                let mut component = Vec::new();
                while let Some(top) = open.pop() {
                    is_open[top] = false;
                    component.push(top);
                    if top == at {
                        break;
                    }
                }
                component.sort_unstable();
                found.push(component);
            }
        }
    }
    found
}
