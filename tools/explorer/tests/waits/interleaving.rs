//! The oracle: each step of a program as a few instructions for a simple machine, and all interleavings of these, with as
//! many awakenings for no reason as there can be.
//!
//! What cannot go on but for no reason is stuck. What goes round for ever is found as a circle that is fair: each thread that
//! can go on somewhere in it does. A thread that only looks, and sees nothing new, stays where it is.

use std::collections::{BTreeSet, HashMap};

use crate::Outcome;
use crate::program::{Do, Program};

#[derive(Clone, Copy, Debug)]
enum Ins {
    Load(usize),
    Store(usize, u8),
    Swap(usize, u8),
    /// Goes on if the variable has that value, and to the instruction with that number if not; without one it stays.
    IfVar(usize, u8, Option<usize>),
    Lock(usize),
    Unlock(usize),
    /// Goes to that instruction if the lock is held, and stays without one.
    TryLock(usize, Option<usize>),
    /// Sees what is inside.
    See(usize),
    Set(usize, u8),
    /// As `IfVar`, of what is inside.
    IfInside(usize, u8, usize),
    /// Unlocks, and sleeps.
    Sleep {
        m: usize,
        c: usize,
        timed: bool,
    },
    /// Locks again. `shows`: whether time was up.
    Relock {
        m: usize,
        shows: bool,
    },
    Notify(usize, bool),
    Park {
        timed: bool,
    },
    Unpark(usize),
    Push(u8),
    Goto(usize),
    LockShared,
    UnlockShared,
    TryLockShared(usize),
}

/// The reader–writer lock is the third lock.
const RW: usize = 2;

fn compile(steps: &[Do]) -> Vec<Ins> {
    let mut code = Vec::new();
    for &step in steps {
        let at = code.len();
        let set = |m: usize, val: Option<u8>| val.map(|val| Ins::Set(m, val));
        match step {
            Do::Load(v) => code.push(Ins::Load(v)),
            Do::Store(v, val) => code.push(Ins::Store(v, val)),
            Do::Swap(v, val) => code.push(Ins::Swap(v, val)),
            Do::SpinUntil(v, val) => code.push(Ins::IfVar(v, val, None)),
            Do::SpinBoth(a, b) => code.extend([Ins::IfVar(0, a, None), Ins::IfVar(1, b, Some(at))]),
            Do::Locked { m, set: val } => {
                code.extend([Ins::Lock(m), Ins::See(m)]);
                code.extend(set(m, val));
                code.push(Ins::Unlock(m));
            }
            Do::LockedNotify { m, set, c, all } => {
                code.extend([
                    Ins::Lock(m),
                    Ins::Set(m, set),
                    Ins::Notify(c, all),
                    Ins::Unlock(m),
                ]);
            }
            Do::Notify { c, all } => code.push(Ins::Notify(c, all)),
            Do::WaitUntil {
                m,
                c,
                val,
                set: left,
                timed,
            } => {
                let shows = false;
                code.extend([
                    Ins::Lock(m),
                    Ins::Goto(at + 4),
                    Ins::Sleep { m, c, timed },
                    Ins::Relock { m, shows },
                    Ins::IfInside(m, val, at + 2),
                ]);
                code.extend(set(m, left));
                code.push(Ins::Unlock(m));
            }
            Do::WaitFlag { m, c, raises } => {
                let (timed, shows) = (false, false);
                code.extend([
                    Ins::Lock(m),
                    Ins::Store(raises, 1),
                    Ins::Goto(at + 5),
                    Ins::Sleep { m, c, timed },
                    Ins::Relock { m, shows },
                    Ins::IfVar(1 - raises, 1, Some(at + 3)),
                    Ins::Unlock(m),
                ]);
            }
            Do::WaitOnce { m, c, timed } => {
                code.extend([
                    Ins::Lock(m),
                    Ins::Sleep { m, c, timed },
                    Ins::Relock { m, shows: timed },
                    Ins::Unlock(m),
                ]);
                if !timed {
                    code.insert(at + 3, Ins::See(m));
                }
            }
            Do::LockUntil(m, val) => {
                code.extend([
                    Ins::Lock(m),
                    Ins::IfInside(m, val, at + 4),
                    Ins::Unlock(m),
                    Ins::Goto(at + 6),
                    Ins::Unlock(m),
                    Ins::Goto(at),
                ]);
            }
            Do::TryOnce(m) => code.extend([
                Ins::TryLock(m, Some(at + 4)),
                Ins::Push(1),
                Ins::Unlock(m),
                Ins::Goto(at + 5),
                Ins::Push(0),
            ]),
            Do::TryUntil { m, set: val } => {
                code.push(Ins::TryLock(m, None));
                code.extend(set(m, val));
                code.push(Ins::Unlock(m));
            }
            Do::TryUntilIs(m, val) => code.extend([
                Ins::TryLock(m, None),
                Ins::IfInside(m, val, at + 4),
                Ins::Unlock(m),
                Ins::Goto(at + 6),
                Ins::Unlock(m),
                Ins::Goto(at),
            ]),
            Do::ParkOnce { timed } => code.push(Ins::Park { timed }),
            Do::ParkUntil { v, val, timed } => {
                code.extend([
                    Ins::Goto(at + 2),
                    Ins::Park { timed },
                    Ins::IfVar(v, val, Some(at + 1)),
                ]);
            }
            Do::Unpark(t) => code.push(Ins::Unpark(t)),
            Do::Read => code.extend([Ins::LockShared, Ins::See(RW), Ins::UnlockShared]),
            Do::Write(val) => code.extend([Ins::Lock(RW), Ins::Set(RW, val), Ins::Unlock(RW)]),
            Do::ReadUntil(val) => code.extend([
                Ins::LockShared,
                Ins::IfInside(RW, val, at + 4),
                Ins::UnlockShared,
                Ins::Goto(at + 6),
                Ins::UnlockShared,
                Ins::Goto(at),
            ]),
            Do::TryRead => code.extend([
                Ins::TryLockShared(at + 4),
                Ins::See(RW),
                Ins::UnlockShared,
                Ins::Goto(at + 5),
                Ins::Push(9),
            ]),
            Do::TryWrite(val) => code.extend([
                Ins::TryLock(RW, Some(at + 5)),
                Ins::Push(1),
                Ins::Set(RW, val),
                Ins::Unlock(RW),
                Ins::Goto(at + 6),
                Ins::Push(0),
            ]),
            Do::TryWriteUntil(val) => {
                code.extend([Ins::TryLock(RW, None), Ins::Set(RW, val), Ins::Unlock(RW)])
            }
        }
    }
    code
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
enum Sleep {
    #[default]
    Awake,
    Asleep,
    TimedOut,
}

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Thread {
    at: usize,
    sleep: Sleep,
    token: bool,
    seen: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct State {
    threads: Vec<Thread>,
    vars: [u8; 2],
    /// Who holds a lock, and what is inside.
    locks: [(Option<usize>, u8); 3],
    readers: Vec<usize>,
}

/// What can become of a step of a thread.
#[derive(Default)]
struct Next {
    /// What has a reason.
    steps: Vec<State>,
    /// What has none.
    by_chance: Vec<State>,
}

struct Machine {
    code: Vec<Vec<Ins>>,
    has_atomics: bool,
}

impl Machine {
    /// What a thread waits on, if it sleeps there.
    fn sleeps_on(&self, state: &State, t: usize) -> Option<usize> {
        let thread = &state.threads[t];
        match self.code[t].get(thread.at.checked_sub(1)?) {
            Some(&Ins::Sleep { c, .. }) if thread.sleep == Sleep::Asleep => Some(c),
            _ => None,
        }
    }

    fn next(&self, state: &State, t: usize) -> Next {
        let thread = &state.threads[t];
        let mut next = Next::default();
        if thread.sleep == Sleep::Asleep {
            let woken = |sleep: Sleep| {
                let mut state = state.clone();
                state.threads[t].sleep = sleep;
                state
            };
            if let Ins::Sleep { timed: true, .. } = self.code[t][thread.at - 1] {
                next.steps.push(woken(Sleep::TimedOut));
            }
            next.by_chance.push(woken(Sleep::Awake));
            return next;
        }
        let Some(&ins) = self.code[t].get(thread.at) else {
            return next;
        };
        let with = |change: &dyn Fn(&mut State)| {
            let mut state = state.clone();
            state.threads[t].at += 1;
            change(&mut state);
            state
        };
        let see = |val: u8| with(&|state| state.threads[t].seen.push(val));
        let go_to = |at: usize| with(&|state| state.threads[t].at = at);
        let is_free =
            |m: usize| state.locks[m].0.is_none() && (m != RW || state.readers.is_empty());
        let go_on = || with(&|_| ());
        match ins {
            Ins::Load(v) => next.steps.push(see(state.vars[v])),
            Ins::Store(v, val) => next.steps.push(with(&|state| state.vars[v] = val)),
            Ins::Swap(v, val) => {
                let old = state.vars[v];
                next.steps.push(with(&|state| {
                    state.vars[v] = val;
                    state.threads[t].seen.push(old);
                }));
            }
            Ins::IfVar(v, val, _) if state.vars[v] == val => next.steps.push(go_on()),
            Ins::IfVar(_, _, otherwise) => next.steps.extend(otherwise.map(go_to)),
            Ins::Lock(m) if is_free(m) => {
                next.steps.push(with(&|state| state.locks[m].0 = Some(t)));
            }
            Ins::Lock(_) => {}
            Ins::Unlock(m) => next.steps.push(with(&|state| state.locks[m].0 = None)),
            Ins::TryLock(m, _) if is_free(m) => {
                next.steps.push(with(&|state| state.locks[m].0 = Some(t)));
            }
            Ins::TryLock(_, otherwise) => next.steps.extend(otherwise.map(go_to)),
            Ins::See(m) => next.steps.push(see(state.locks[m].1)),
            Ins::Set(m, val) => next.steps.push(with(&|state| state.locks[m].1 = val)),
            Ins::IfInside(m, val, _) if state.locks[m].1 == val => next.steps.push(go_on()),
            Ins::IfInside(_, _, otherwise) => next.steps.push(go_to(otherwise)),
            Ins::Sleep { m, .. } => next.steps.push(with(&|state| {
                state.locks[m].0 = None;
                state.threads[t].sleep = Sleep::Asleep;
            })),
            Ins::Relock { m, shows } if is_free(m) => next.steps.push(with(&|state| {
                state.locks[m].0 = Some(t);
                let inside = state.locks[m].1;
                let thread = &mut state.threads[t];
                if shows {
                    let timed_out = thread.sleep == Sleep::TimedOut;
                    thread.seen.extend([inside, u8::from(timed_out)]);
                }
                thread.sleep = Sleep::Awake;
            })),
            Ins::Relock { .. } => {}
            Ins::Notify(c, all) => {
                let sleepers: Vec<usize> = (0..self.code.len())
                    .filter(|&u| self.sleeps_on(state, u) == Some(c))
                    .collect();
                let wake = |who: &[usize]| {
                    with(&|state| {
                        who.iter()
                            .for_each(|&u| state.threads[u].sleep = Sleep::Awake);
                    })
                };
                match all || sleepers.is_empty() {
                    true => next.steps.push(wake(&sleepers)),
                    false => next.steps.extend(sleepers.iter().map(|&u| wake(&[u]))),
                }
            }
            Ins::Park { .. } if thread.token => {
                next.steps
                    .push(with(&|state| state.threads[t].token = false));
            }
            Ins::Park { timed: true } => next.steps.push(go_on()),
            Ins::Park { timed: false } => next.by_chance.push(go_on()),
            Ins::Unpark(u) => next
                .steps
                .push(with(&|state| state.threads[u].token = true)),
            Ins::Push(val) => next.steps.push(see(val)),
            Ins::Goto(at) => next.steps.push(go_to(at)),
            Ins::LockShared if state.locks[RW].0.is_none() => {
                next.steps.push(with(&|state| {
                    state.readers.push(t);
                    state.readers.sort_unstable();
                }));
            }
            Ins::LockShared => {}
            Ins::TryLockShared(_) if state.locks[RW].0.is_none() => {
                next.steps.push(with(&|state| {
                    state.readers.push(t);
                    state.readers.sort_unstable();
                }));
            }
            Ins::TryLockShared(otherwise) => next.steps.push(go_to(otherwise)),
            Ins::UnlockShared => next
                .steps
                .push(with(&|state| state.readers.retain(|&reader| reader != t))),
        }
        next
    }

    /// Whether a thread that cannot go on looks again and again.
    fn spins(&self, state: &State, t: usize) -> bool {
        let at = state.threads[t].at;
        matches!(
            self.code[t].get(at),
            Some(Ins::IfVar(_, _, None) | Ins::TryLock(_, None))
        )
    }

    fn is_done(&self, state: &State, t: usize) -> bool {
        state.threads[t].at == self.code[t].len()
    }

    fn outcome(&self, state: State) -> Outcome {
        let mut last: Vec<u8> = state.locks.iter().map(|lock| lock.1).collect();
        if self.has_atomics {
            last.extend(state.vars);
        }
        let seen = state.threads.into_iter().map(|thread| thread.seen);
        seen.chain([last]).collect()
    }
}

#[derive(Default)]
pub(crate) struct Found {
    pub(crate) outcomes: BTreeSet<Outcome>,
    pub(crate) deadlock: bool,
    pub(crate) livelock: bool,
}

/// None if there are too many states.
pub(crate) fn find(program: &Program, most: usize) -> Option<Found> {
    let machine = Machine {
        code: program.0.iter().map(|steps| compile(steps)).collect(),
        has_atomics: program.has_atomics(),
    };
    let start = State {
        threads: vec![Thread::default(); program.0.len()],
        ..State::default()
    };
    let mut found = Found::default();
    let (mut numbers, mut states) = (HashMap::from([(start.clone(), 0)]), vec![start]);
    // Only what has a reason.
    let mut edges: Vec<Vec<(usize, usize)>> = Vec::new();
    while let Some(state) = states.get(edges.len()).cloned() {
        let mut out = Vec::new();
        for t in 0..program.0.len() {
            let next = machine.next(&state, t);
            let mut number = |state: State| {
                *numbers.entry(state.clone()).or_insert_with(|| {
                    states.push(state);
                    states.len() - 1
                })
            };
            for state in next.steps {
                out.push((t, number(state)));
            }
            for state in next.by_chance {
                number(state);
            }
        }
        if states.len() > most {
            return None;
        }
        if out.is_empty() {
            let threads = 0..program.0.len();
            let stuck: Vec<usize> = threads.filter(|&t| !machine.is_done(&state, t)).collect();
            match stuck[..] {
                [] => drop(found.outcomes.insert(machine.outcome(state))),
                _ if stuck.iter().any(|&t| machine.spins(&state, t)) => found.livelock = true,
                _ => found.deadlock = true,
            }
        }
        edges.push(out);
    }
    let all = (0..edges.len()).collect();
    found.livelock |= has_fair_circle(&edges, all);
    Some(found)
}

/// Takes away what is in no circle, and what must leave it, until nothing is left or all of a component may stay.
fn has_fair_circle(edges: &[Vec<(usize, usize)>], among: Vec<usize>) -> bool {
    // Forwards and backwards from one of them: its component, and three parts that no other component crosses.
    let Some(&pivot) = among.first() else {
        return false;
    };
    let mut is_among = vec![false; edges.len()];
    among.iter().for_each(|&at| is_among[at] = true);
    let mut back: HashMap<usize, Vec<usize>> = HashMap::new();
    for &at in &among {
        for &(_, to) in edges[at].iter().filter(|&&(_, to)| is_among[to]) {
            back.entry(to).or_default().push(at);
        }
    }
    let reach = |next: &dyn Fn(usize) -> Vec<usize>| {
        let (mut seen, mut stack) = (vec![false; edges.len()], vec![pivot]);
        seen[pivot] = true;
        while let Some(at) = stack.pop() {
            for to in next(at) {
                if is_among[to] && !seen[to] {
                    seen[to] = true;
                    stack.push(to);
                }
            }
        }
        seen
    };
    let forwards = reach(&|at| edges[at].iter().map(|&(_, to)| to).collect());
    let backwards = reach(&|at| back.get(&at).cloned().unwrap_or_default());
    let part = |f: bool, b: bool| -> Vec<usize> {
        let is_there = |&&at: &&usize| forwards[at] == f && backwards[at] == b;
        among.iter().filter(is_there).copied().collect()
    };
    let component = part(true, true);
    let mut is_inside = vec![false; edges.len()];
    component.iter().for_each(|&at| is_inside[at] = true);
    let moves = |t: usize| {
        let mut all = component.iter().flat_map(|&at| &edges[at]);
        all.any(|&(u, to)| u == t && is_inside[to])
    };
    let may_stay = |&&at: &&usize| edges[at].iter().all(|&(t, _)| moves(t));
    let fair: Vec<usize> = component.iter().filter(may_stay).copied().collect();
    let is_circle = component
        .iter()
        .any(|&at| edges[at].iter().any(|&(_, to)| is_inside[to]));
    let is_fair = is_circle && fair.len() == component.len();
    is_fair
        || fair.len() < component.len() && has_fair_circle(edges, fair)
        || has_fair_circle(edges, part(true, false))
        || has_fair_circle(edges, part(false, true))
        || has_fair_circle(edges, part(false, false))
}
