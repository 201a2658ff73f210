//! An execution, shown: the program is run along it once more, for whoever watches.

use crate::failure::{Failure, Kind, Step};
use crate::op::{Op, Tid};
use crate::program::{Arrived, Program};
use crate::run::Told;
use crate::schedule::Turn;
use crate::state::{Phase, State};
use crate::watch::{Details, Watch, Woken};
use crate::ways::Way;

/// How often threads that go round for ever are let go round.
const ROUNDS: usize = 3;

/// What happens, in order.
enum Event {
    Told(Told, Details),
    Sleeps(Tid),
    Wakes(Tid, Woken),
    Interrupts(Tid),
}

/// An execution as far as it is to be shown.
struct Shown {
    events: Vec<Event>,
    steps: Vec<Step>,
    turns: Vec<(Tid, Turn)>,
    end: State,
}

/// Runs the program along a way to a failure, and puts its steps into `failure`. `round` leads from its end back there.
pub(crate) fn show(
    program: &mut Program,
    ways: &[(Tid, Way)],
    round: &[(Tid, Way)],
    failure: &mut Failure,
    watch: &dyn Watch,
) {
    let rounds = (0..ROUNDS).flat_map(|_| round);
    let all: Vec<(Tid, Way)> = ways.iter().chain(rounds).copied().collect();
    // Where more has to be remembered than was, it starts again. That happens rarely, and not for ever.
    let shown = loop {
        if let Some(shown) = follow(program, &all) {
            break shown;
        }
    };
    failure.steps = shown.steps;
    failure.steps.truncate(ways.len());
    let mut turns = shown.turns.into_iter();
    failure.schedule.turns = turns.by_ref().take(ways.len()).collect();
    failure.schedule.round = turns.take(round.len()).collect();
    program.runner.start_over();
    watch.begins();
    for event in shown.events {
        match event {
            Event::Told((t, reply, node), details) => {
                let now = program.runner.tell(t, reply, details);
                let before = program.history.next(node).expect("it was followed").op;
                // It may have done the same each time that it was checked, and look at a clock.
                if before != now {
                    failure.kind = Kind::NotDeterministic;
                    failure.message = format!(
                        "T{t} was told the same as before, and did {now:?} where it had done {before:?}"
                    );
                    break;
                }
            }
            Event::Sleeps(t) => watch.sleeps(t),
            Event::Wakes(t, why) => watch.wakes(t, why),
            Event::Interrupts(t) => watch.interrupts(t),
        }
    }
    if failure.kind == Kind::Livelock && round.is_empty() {
        for (t, thread) in shown.end.living() {
            if shown.end.is_waiting(t, &program.history) {
                let history = &program.history;
                program
                    .runner
                    .go_round_for_show(t, thread.node, ROUNDS, history);
            }
        }
    }
    watch.ends(failure);
}

fn follow(program: &mut Program, ways: &[(Tid, Way)]) -> Option<Shown> {
    let mut state = program.start();
    let (mut path, mut events) = (Vec::new(), Vec::new());
    let (mut steps, mut turns) = (Vec::new(), Vec::new());
    let mut last = 0;
    for &(t, way) in ways {
        if t != last && state.would_go_on(last, &program.history) {
            events.push(Event::Interrupts(last));
        }
        last = t;
        let what = state.words(t, way);
        steps.push(Step { thread: t, what });
        turns.push((t, state.turn(t, way)));
        let before = state.clone();
        let told = path.len();
        let arrived = program.go(state, t, way, &mut path);
        let after = match &arrived {
            Arrived::At(next) => Some(next),
            _ => None,
        };
        let is_told = path.get(told).copied();
        before.note_events(t, way, is_told, after, &mut events);
        match arrived {
            Arrived::At(next) => state = next,
            Arrived::AtSomethingNew => return None,
            _ => {
                state = before;
                break;
            }
        }
    }
    Some(Shown {
        events,
        steps,
        turns,
        end: state,
    })
}

impl State {
    fn note_events(
        &self,
        t: Tid,
        way: Way,
        told: Option<Told>,
        after: Option<&State>,
        events: &mut Vec<Event>,
    ) {
        let op = self.thread(t).op;
        let woken: Vec<Tid> = match (op, way) {
            (Op::NotifyOne { .. }, Way::Wakes(u)) => vec![u],
            (Op::NotifyAll { v }, _) => self.sleepers(v),
            _ => Vec::new(),
        };
        let count = match op {
            Op::Ref { r } | Op::Unref { r } | Op::Upgrade { r } | Op::Unwrap { r } => {
                after.map_or(0, |after| after.refs[r].count)
            }
            _ => 0,
        };
        if let Some(told) = told {
            let details = Details {
                count,
                woken: woken.iter().fold(0, |all, &u| all | 1 << u),
                spurious: self.is_by_chance(t, way),
                read_at: self.reads_at(t, way),
                wrote_at: self.writes_at(t, way),
            };
            events.push(Event::Told(told, details));
        }
        events.extend(woken.into_iter().map(|u| Event::Wakes(u, Woken::Notified)));
        match (op, self.thread(t).phase) {
            (Op::Wait { .. }, Phase::Asleep) => events.push(Event::Wakes(
                t,
                match way {
                    Way::TimesOut => Woken::TimedOut,
                    _ => Woken::Spurious,
                },
            )),
            (Op::Wait { .. }, Phase::Ready) => events.push(Event::Sleeps(t)),
            _ => {}
        }
    }

    /// Where the store that it reads stands in modification order.
    fn reads_at(&self, t: Tid, way: Way) -> Option<u64> {
        let stores = |x: usize| &self.atomics[x].stores;
        match (self.thread(t).op, way) {
            (Op::Own { x, .. }, _) => stores(x).last().map(|store| store.place),
            (op, Way::Reads(k) | Way::Fails(k)) => op.reads().map(|(x, _)| stores(x)[k].place),
            _ => None,
        }
    }

    /// Where its own store will stand.
    fn writes_at(&self, t: Tid, way: Way) -> Option<u64> {
        match (self.thread(t).op, way) {
            (Op::Store { x, .. }, Way::Put(k)) => self.place_at(x, k),
            (Op::Rmw { x, .. } | Op::Cas { x, .. }, Way::Reads(k)) => self.place_at(x, k + 1),
            (Op::Own { x, val: Some(_) }, _) => self.place_at(x, self.atomics[x].stores.len()),
            _ => None,
        }
    }
}
