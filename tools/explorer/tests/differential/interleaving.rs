//! The first oracle: all interleavings, with one value for each variable. It knows nothing of orderings.

use std::collections::{BTreeSet, HashSet};

use crate::program::{Do, Program, VARS};
use crate::{FAILED, Outcome};

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Thread {
    at: usize,
    /// How far it is in a step that has several.
    part: u8,
    seen: Vec<u32>,
}

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct State {
    threads: Vec<Thread>,
    vars: [u32; VARS],
    cell: u32,
    mutex: (Option<usize>, u32),
    flag: (Option<usize>, bool),
    sleepers: Vec<usize>,
    rw: (Option<usize>, Vec<usize>, u32),
    token: bool,
}

#[derive(Default)]
pub(crate) struct Found {
    pub(crate) outcomes: BTreeSet<Outcome>,
    pub(crate) deadlock: bool,
}

/// None if there are too many states.
pub(crate) fn find(program: &Program, most: usize) -> Option<Found> {
    let threads = vec![Thread::default(); program.0.len()];
    let mut found = Found::default();
    let mut known = HashSet::new();
    let mut stack = vec![State {
        threads,
        ..State::default()
    }];
    while let Some(state) = stack.pop() {
        if !known.insert(state.clone()) {
            continue;
        }
        if known.len() > most {
            return None;
        }
        let mut is_end = true;
        for t in 0..state.threads.len() {
            if let Some(&step) = program.0[t].get(state.threads[t].at) {
                let (next, for_no_reason) = go(&state, t, step);
                is_end &= next.is_empty();
                stack.extend(next);
                stack.extend(for_no_reason);
            }
        }
        if is_end {
            let done = state
                .threads
                .iter()
                .zip(&program.0)
                .all(|(thread, steps)| thread.at == steps.len());
            found.deadlock |= !done;
            if done {
                let mut outcome: Outcome = state
                    .threads
                    .into_iter()
                    .map(|thread| thread.seen)
                    .collect();
                outcome.push(state.vars.to_vec());
                found.outcomes.insert(outcome);
            }
        }
    }
    Some(found)
}

/// Where a step leads, and where it leads if a wait ends or an exchange fails for no reason.
fn go(state: &State, t: usize, step: Do) -> (Vec<State>, Vec<State>) {
    let with = |change: &dyn Fn(&mut State), seen: Option<u32>| {
        let mut state = state.clone();
        change(&mut state);
        let thread = &mut state.threads[t];
        thread.at += 1;
        thread.part = 0;
        thread.seen.extend(seen);
        state
    };
    let part = |change: &dyn Fn(&mut State), seen: Option<u32>| {
        let mut state = state.clone();
        change(&mut state);
        state.threads[t].part += 1;
        state.threads[t].seen.extend(seen);
        state
    };
    let one = |state| (vec![state], Vec::new());
    let blocked = || (Vec::new(), Vec::new());
    let at = state.threads[t].part;
    match step {
        Do::Load(v, _) => one(with(&|_| (), Some(state.vars[v]))),
        Do::Store(v, val, _) => one(with(&|state| state.vars[v] = val, None)),
        Do::Add(v, _) => one(with(&|state| state.vars[v] += 100, Some(state.vars[v]))),
        Do::Swap(v, val, _) => one(with(&|state| state.vars[v] = val, Some(state.vars[v]))),
        Do::Cas {
            v, old, new, weak, ..
        } => {
            let now = state.vars[v];
            let fails = || with(&|_| (), Some(now + FAILED));
            if now != old {
                return one(fails());
            }
            let next = vec![with(&|state| state.vars[v] = new, Some(now))];
            (next, if weak { vec![fails()] } else { Vec::new() })
        }
        Do::Fence(_) => one(with(&|_| (), None)),
        Do::Read => one(with(&|_| (), Some(state.cell))),
        Do::Write(val) => one(with(&|state| state.cell = val, None)),
        Do::Lock if state.mutex.0.is_some() => blocked(),
        Do::Lock => one(with(
            &|state| state.mutex = (Some(t), state.mutex.1 + 1),
            Some(state.mutex.1),
        )),
        Do::Unlock => one(with(&|state| state.mutex.0 = None, None)),
        Do::TryLock if at == 1 => one(with(&|state| state.mutex.0 = None, None)),
        Do::TryLock if state.mutex.0.is_some() => one(with(&|_| (), Some(0))),
        Do::TryLock => one(part(&|state| state.mutex.0 = Some(t), Some(1))),
        Do::ReadLocked if at == 0 && state.rw.0.is_some() => blocked(),
        Do::ReadLocked if at == 0 => one(part(&|state| state.rw.1.push(t), Some(state.rw.2))),
        Do::ReadLocked => one(with(
            &|state| state.rw.1.retain(|&reader| reader != t),
            None,
        )),
        Do::WriteLocked if at == 0 && (state.rw.0.is_some() || !state.rw.1.is_empty()) => blocked(),
        Do::WriteLocked if at == 0 => one(part(
            &|state| (state.rw.0, state.rw.2) = (Some(t), state.rw.2 + 1),
            Some(state.rw.2),
        )),
        Do::WriteLocked => one(with(&|state| state.rw.0 = None, None)),
        Do::WaitFlag | Do::WaitOnce => wait(state, t, step),
        Do::SetOne | Do::SetAll => match at {
            0 if state.flag.0.is_some() => blocked(),
            0 => one(part(&|state| state.flag = (Some(t), true), None)),
            1 => one(part(&|state| state.flag.0 = None, None)),
            _ if step == Do::SetAll || state.sleepers.is_empty() => {
                one(with(&|state| state.sleepers.clear(), None))
            }
            _ => {
                let wake = |&u: &usize| with(&|state| state.sleepers.retain(|&it| it != u), None);
                (state.sleepers.iter().map(wake).collect(), Vec::new())
            }
        },
        Do::Park if state.token => one(with(&|state| state.token = false, None)),
        Do::Park => (Vec::new(), vec![with(&|_| (), None)]),
        Do::UnparkFirst => one(with(&|state| state.token = true, None)),
    }
}

/// Lock; while the flag is down, sleep; unlock. `WaitOnce` sleeps whatever the flag says.
fn wait(state: &State, t: usize, step: Do) -> (Vec<State>, Vec<State>) {
    const ASLEEP: u8 = 2;
    const UNLOCKING: u8 = 3;
    let to = |part: u8, change: &dyn Fn(&mut State)| {
        let mut state = state.clone();
        change(&mut state);
        state.threads[t].part = part;
        state
    };
    let is_free = state.flag.0.is_none();
    match state.threads[t].part {
        0 if is_free => (vec![to(1, &|state| state.flag.0 = Some(t))], Vec::new()),
        1 if step == Do::WaitFlag && state.flag.1 => (vec![to(UNLOCKING, &|_| ())], Vec::new()),
        1 => {
            let asleep = to(ASLEEP, &|state| {
                state.flag.0 = None;
                state.sleepers.push(t);
                state.sleepers.sort_unstable();
            });
            (vec![asleep], Vec::new())
        }
        ASLEEP if state.sleepers.contains(&t) => (
            Vec::new(),
            vec![to(ASLEEP, &|state| state.sleepers.retain(|&it| it != t))],
        ),
        ASLEEP if is_free => {
            let next = if step == Do::WaitOnce { UNLOCKING } else { 1 };
            (vec![to(next, &|state| state.flag.0 = Some(t))], Vec::new())
        }
        UNLOCKING => {
            let seen = u32::from(state.flag.1);
            let mut next = to(0, &|state| state.flag.0 = None);
            next.threads[t].at += 1;
            next.threads[t].seen.push(seen);
            (vec![next], Vec::new())
        }
        _ => (Vec::new(), Vec::new()),
    }
}
