//! All states of small programs, on the raw steps.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

use explorer::Kind;
use explorer::graph::{Graph, Id, NoGraph, Op, Phase, State, Way, graph};
use explorer::raw::{self, Atomic, Condvar, Content, Hold, Lock, thread};

fn all(program: impl Fn() + 'static) -> Graph {
    graph(program, |_, _, _| true).unwrap()
}

fn start(body: impl FnOnce() + 'static) -> usize {
    let number = thread::next();
    thread::spawn(number, move || {
        body();
        Content::Value(0)
    });
    number
}

fn ends(graph: &Graph) -> Vec<&State> {
    graph
        .states
        .iter()
        .filter(|it| it.steps.is_empty())
        .collect()
}

/// Which ways the graph has of steps of that kind, each once.
fn ways(graph: &Graph, is_meant: impl Fn(Op) -> bool) -> Vec<Way> {
    let mut ways = Vec::new();
    for state in &graph.states {
        for step in &state.steps {
            if state.next(step.thread).is_some_and(&is_meant) && !ways.contains(&step.way) {
                ways.push(step.way);
            }
        }
    }
    ways
}

#[test]
fn every_order_is_there() {
    let found = all(|| {
        for _ in 0..2 {
            start(thread::pause);
        }
    });
    // How far the two have come with three steps, start, pause and end, when main has started both and has ended or not;
    // the first when main has not started the other; and main before its first step and before its first start.
    assert_eq!(found.states.len(), 4 * 4 * 2 + 4 + 2);
    assert_eq!(ends(&found).len(), 1);
}

#[test]
fn a_load_may_see_every_store_and_a_store_may_come_before_another() {
    let found = all(|| {
        let x = Rc::new(Atomic::new(0, 4));
        let other = Rc::clone(&x);
        start(move || other.store(1, Relaxed));
        x.store(2, Relaxed);
        x.load(Relaxed);
    });
    let puts = ways(&found, |op| matches!(op, Op::Store { .. }));
    assert_eq!(puts, [Way::Put(1), Way::Put(2)]);
    let orders: Vec<_> = found.states.iter().map(|it| it.atomics.concat()).collect();
    assert!(orders.contains(&vec![1, 2]) && orders.contains(&vec![2, 1]));
}

#[test]
fn steps_that_are_not_wanted_are_left_out() {
    let program = || {
        let x = Rc::new(Atomic::new(0, 4));
        let other = Rc::clone(&x);
        start(move || other.store(1, Relaxed));
        x.store(2, Relaxed);
    };
    let last = |state: &State, _, way| match way {
        Way::Put(at) => at == state.atomics[0].len(),
        _ => true,
    };
    let found = graph(program, last).unwrap();
    let ends_with = |value| {
        ends(&found)
            .iter()
            .any(|it| it.atomics[0].last() == Some(&value))
    };
    assert!(ends_with(1) && ends_with(2));
    let puts = ways(&found, |op| matches!(op, Op::Store { .. }));
    assert_eq!(puts, [Way::Put(1), Way::Put(2)]);
    let early = |state: &State| {
        let is_early = |way| matches!(way, Way::Put(at) if at < state.atomics[0].len());
        state.steps.iter().any(|step| is_early(step.way))
    };
    assert!(!found.states.iter().any(early));
    assert!(all(program).states.iter().any(early));
}

#[test]
fn whoever_waits_says_for_what_and_sees_what_is_new() {
    let found = all(|| {
        let x = Rc::new(Atomic::new(0, 4));
        let other = Rc::clone(&x);
        start(move || other.store(1, Relaxed));
        while x.load(Relaxed) == 0 {
            thread::pause();
        }
    });
    let main = |it: &State| it.threads[0].clone().unwrap();
    let waiting: Vec<_> = found
        .states
        .iter()
        .filter(|it| !main(it).waits_for.is_empty())
        .collect();
    assert!(!waiting.is_empty());
    for state in waiting {
        assert_eq!(main(state).waits_for, [Id::Atomic(0)]);
        assert!(
            state.steps.iter().all(|step| step.thread != 0),
            "it can go on"
        );
    }
    // It has seen the old value once, and looks again: then it sees the new one, so that no steps make a circle.
    let is_back = |state: &State| state.steps.iter().any(|step| step.to == 0);
    assert!(!found.states.iter().any(is_back));
    assert!(ends(&found).iter().all(|it| it.next(0).is_none()));
}

#[test]
fn a_wait_may_end_for_no_reason_even_if_it_is_entered_again() {
    let found = all(|| {
        let (lock, condvar) = (Lock::new(Content::Value(0)), Condvar::new());
        lock.lock(Hold::Exclusive);
        loop {
            condvar.wait(&lock, Content::Same, false);
        }
    });
    let is_asleep = |it: &State| it.threads[0].as_ref().unwrap().phase == Phase::Asleep;
    let asleep = found.states.iter().position(is_asleep).unwrap();
    assert_eq!(found.states[asleep].sleepers(0), [0]);
    // Wakes, locks, unlocks and sleeps again.
    let mut at = asleep;
    for _ in 0..3 {
        let [step] = found.states[at].steps[..] else {
            panic!("one step from {at}")
        };
        at = step.to;
    }
    assert_eq!(at, asleep);
}

#[test]
fn a_race_says_with_whom_and_a_panic_shows_the_state_behind_the_step() {
    let found = all(|| {
        let cell = Rc::new(raw::Cell::new(Content::Value(7)));
        let other = Rc::clone(&cell);
        start(move || other.write());
        cell.read();
    });
    let faults: Vec<_> = found
        .states
        .iter()
        .filter_map(|it| it.fault.clone())
        .collect();
    let sides: Vec<_> = faults.iter().map(|it| (it.thread, it.other)).collect();
    assert!(faults.iter().all(|it| it.kind == Kind::Race));
    assert!(sides.contains(&(0, Some((1, "written")))) && sides.contains(&(1, Some((0, "read")))));

    let found = all(|| {
        let lock = Lock::new(Content::Value(0));
        lock.lock(Hold::Exclusive);
        lock.unlock(Hold::Exclusive, Content::Value(3));
        panic!("enough");
    });
    let [end] = ends(&found)[..] else {
        panic!("one end")
    };
    let fault = end.fault.clone().unwrap();
    assert_eq!(fault.kind, Kind::Panic);
    assert!(fault.message.starts_with("enough (") && fault.message.contains("graph.rs:"));
    assert_eq!((end.locks[0].writer, end.locks[0].value), (None, Some(3)));
    assert!(matches!(end.next(0), Some(Op::Panic(_))));
}

/// What it may still read when they have ended is what they may still read: else a loop that writes would never come back to
/// the same state.
#[test]
fn whoever_waits_for_the_end_of_others_keeps_no_old_stores() {
    let found = all(|| {
        let x = Rc::new(Atomic::new(0, 4));
        let other = Rc::clone(&x);
        let number = start(move || (1..4).for_each(|value| other.store(value, Relaxed)));
        thread::join(number);
        x.load(Relaxed);
    });
    let mut waits: Vec<&State> = found.states.iter().collect();
    waits.retain(|it| matches!(it.next(0), Some(Op::Join(1))));
    assert!(waits.iter().any(|it| it.atomics == [[3]]));
    assert!(waits.iter().all(|it| it.atomics[0].len() == 1));
}

#[test]
fn what_a_facade_has_noted_is_shown() {
    let here = Location::caller();
    let found = all(move || {
        raw::note::<u32>(here);
        let x = Atomic::new(0, 4);
        let _unnoticed = start(|| {});
        let place = Location::caller();
        raw::note::<()>(place);
        x.load(Relaxed);
    });
    let [object] = found.objects[..] else {
        panic!("one object")
    };
    assert_eq!((object.id, object.holds), (Id::Atomic(0), "u32"));
    assert_eq!(object.place, Some(here));
    let load = found
        .states
        .iter()
        .find(|it| matches!(it.next(0), Some(Op::Load { .. })));
    let place = load.unwrap().threads[0].as_ref().unwrap().place.unwrap();
    assert!(place.file().ends_with("graph.rs"));
}

#[test]
fn a_program_whose_states_cannot_be_told_apart_has_no_graph() {
    let runs = Cell::new(0);
    let found = graph(
        move || {
            runs.set(runs.get() + 1);
            let x = Atomic::new(0, 4);
            start(|| {});
            (0..=runs.get() % 2).for_each(|_| x.store(1, Relaxed));
        },
        |_, _, _| true,
    );
    assert!(matches!(found.unwrap_err(), NoGraph::NotDeterministic(_)));

    let found = graph(
        || {
            let shared = Rc::new((Cell::new(0), Lock::new(Content::Value(0))));
            let enter = |lock: &Lock| {
                lock.lock(Hold::Exclusive);
                lock.unlock(Hold::Exclusive, Content::Same);
            };
            let other = Rc::clone(&shared);
            start(move || {
                enter(&other.1);
                other.0.set(1);
            });
            enter(&shared.1);
            (0..shared.0.get()).for_each(|_| thread::pause());
        },
        |_, _, _| true,
    );
    assert_eq!(found.unwrap_err(), NoGraph::Hidden);
}
