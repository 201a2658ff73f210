//! Random programs that wait, on condition variables, by parking, for locks, in loops and without, against an enumeration of
//! their interleavings: what they can end with, whether they can get stuck, and whether they can go round for ever.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use explorer::{Kind, Settings};

mod interleaving;
mod on_explorer;
mod program;

use program::{Class, Die, Program};

/// What each thread has seen, and what locks and variables hold in the end.
type Outcome = Vec<Vec<u8>>;

/// The most states that the oracle may take for a program.
const MOST: usize = 20_000;

fn settings() -> Settings {
    Settings {
        most_states: 20_000,
        ..Settings::default()
    }
}

/// What is wrong with what the explorer says of this program. None, too, if it is too large for one of the two; the second
/// says whether they were compared.
fn discrepancy(program: &Program) -> (Option<String>, bool) {
    let Some(right) = interleaving::find(program, MOST) else {
        return (None, false);
    };
    let first = settings();
    let plain = Settings {
        reduce: false,
        sleep: false,
        ..first
    };
    for settings in [first, plain] {
        let found = on_explorer::find(program, [SeqCst; 3], &settings);
        if found.limit.is_some() {
            return (None, false);
        }
        let what = compare(&right, &found);
        if what.is_some() {
            return (what, true);
        }
    }
    if program.has_atomics() {
        for orderings in [[Relaxed; 3], [Acquire, Release, AcqRel]] {
            let found = on_explorer::find(program, orderings, &first);
            let lost = right.outcomes.difference(&found.outcomes).next();
            if found.limit.is_none()
                && let Some(outcome) = lost
            {
                return (Some(format!("{orderings:?}: {outcome:?} is lost")), true);
            }
        }
    }
    (None, true)
}

fn compare(right: &interleaving::Found, found: &explorer::Found<Outcome>) -> Option<String> {
    let kinds: BTreeSet<Kind> = found.failures.iter().map(|it| it.kind).collect();
    if let Some(outcome) = right.outcomes.difference(&found.outcomes).next() {
        return Some(format!("{outcome:?} is lost"));
    }
    if let Some(outcome) = found.outcomes.difference(&right.outcomes).next() {
        return Some(format!("{outcome:?} is impossible"));
    }
    let (deadlock, livelock) = (right.deadlock, right.livelock);
    let (found_deadlock, found_livelock) = (found.has(Kind::Deadlock), found.has(Kind::Livelock));
    // Circles are not looked for where there is another failure.
    let same = deadlock == found_deadlock && (livelock == found_livelock || deadlock && livelock);
    let others = kinds
        .iter()
        .any(|kind| !matches!(kind, Kind::Deadlock | Kind::Livelock));
    (!same || others).then(|| format!("deadlock {deadlock}, livelock {livelock}; found {kinds:?}"))
}

/// The same discrepancy in as few steps as there can be.
fn shrink(mut program: Program) -> Program {
    let smaller = |program: &Program| -> Vec<Program> {
        let steps = (0..program.0.len()).flat_map(|t| (0..program.0[t].len()).map(move |i| (t, i)));
        let without = |(t, i): (usize, usize)| {
            let mut less = program.clone();
            less.0[t].remove(i);
            less
        };
        steps.map(without).collect()
    };
    while let Some(less) = smaller(&program)
        .into_iter()
        .find(|less| discrepancy(less).0.is_some())
    {
        program = less;
    }
    program
}

/// How many of these programs were compared.
fn check(seed: u64, programs: u64) -> u64 {
    let mut compared = 0;
    for n in 0..programs {
        let class = Class::ALL[n as usize % Class::ALL.len()];
        let program = program::make(&mut Die::new(seed, n), class);
        let (what, both) = discrepancy(&program);
        compared += u64::from(both);
        if what.is_some() {
            let program = shrink(program);
            let what = discrepancy(&program).0.unwrap_or_default();
            panic!("#{n} {class:?}: {what}{program:?}");
        }
    }
    println!("seed {seed}: {programs} programs, {compared} compared");
    compared
}

#[test]
fn whoever_waits_ends_as_it_can_and_is_stuck_if_it_can_be() {
    assert!(check(18, 600) > 450);
}

#[test]
#[ignore = "goes on with new seeds: SEED, PROGRAMS"]
fn goes_on_with_other_seeds() {
    let number = |name: &str, otherwise: u64| {
        let given = std::env::var(name).ok();
        given.map_or(otherwise, |text| text.parse().expect("a number"))
    };
    check(number("SEED", 1), number("PROGRAMS", 20_000));
}
