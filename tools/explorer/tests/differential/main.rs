//! The explorer against two oracles of other kinds, on programs that nobody has thought of.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use explorer::{Kind, Settings};

mod axioms;
mod interleaving;
mod litmus;
mod on_explorer;
mod program;

use on_explorer::How;
use program::{Class, Die, Do, Program};

/// What each thread has seen, and what the variables hold in the end.
type Outcome = Vec<Vec<u32>>;

/// Added to what a failed compare-exchange has seen.
const FAILED: u32 = 10_000;
/// The most graphs, and states, that an oracle may take for a program.
const MOST: usize = 60_000;

/// The explorer's ways to go about it, which have to come to the same.
fn variants() -> [Settings; 5] {
    let plain = Settings {
        merge: true,
        reduce: false,
        sleep: false,
        ..Settings::default()
    };
    [
        Settings::default(),
        plain,
        Settings {
            reduce: true,
            ..plain
        },
        Settings {
            sleep: true,
            ..plain
        },
        Settings {
            merge: false,
            most_states: 5_000,
            ..Settings::default()
        },
    ]
}

/// What is wrong with what the explorer says of this program.
fn discrepancy(program: &Program, class: Class) -> Option<String> {
    let last = if class.is_interleaving() {
        SeqCst
    } else {
        Relaxed
    };
    let [first, others @ ..] = variants();
    let found = on_explorer::find(program, How::Once, last, &first);
    let race = found.has(Kind::Race);
    if let Some(limit) = found.limit {
        return Some(format!("not all was explored: {limit}"));
    }
    for settings in others {
        let other = on_explorer::find(program, How::Once, last, &settings);
        // Without merging there may be too many executions.
        if other.limit.is_some() && !settings.merge {
            continue;
        }
        let kinds = |failures: &[explorer::Failure]| -> BTreeSet<Kind> {
            failures.iter().map(|it| it.kind).collect()
        };
        // After a race, nothing is promised but the race.
        let same = match race {
            true => other.has(Kind::Race),
            false => {
                other.outcomes == found.outcomes && kinds(&other.failures) == kinds(&found.failures)
            }
        };
        if !same {
            let outcome = found.outcomes.symmetric_difference(&other.outcomes).next();
            return Some(format!(
                "{settings:?} comes to something else: {outcome:?}, {:?}",
                other.failures
            ));
        }
    }
    if class.is_axiomatic()
        && let Some(right) = axioms::find(program, MOST)
    {
        if right.race != race {
            return Some(format!(
                "a race: the axioms say {}, the explorer {race}",
                right.race
            ));
        }
        if !race {
            if let Some(outcome) = found.outcomes.difference(&right.outcomes).next() {
                return Some(format!("the axioms forbid {outcome:?}"));
            }
            if let Some(outcome) = right.outcomes.difference(&found.outcomes).next() {
                return Some(format!("the axioms allow {outcome:?}, which is lost"));
            }
            if right.deadlock != found.has(Kind::Deadlock) {
                return Some(format!("a deadlock: the axioms say {}", right.deadlock));
            }
        }
    }
    if !race && let Some(right) = interleaving::find(program, MOST) {
        if let Some(outcome) = right.outcomes.difference(&found.outcomes).next() {
            return Some(format!("an interleaving gives {outcome:?}, which is lost"));
        }
        if class.is_interleaving() {
            if let Some(outcome) = found.outcomes.difference(&right.outcomes).next() {
                return Some(format!("no interleaving gives {outcome:?}"));
            }
            if right.deadlock != found.has(Kind::Deadlock) {
                return Some(format!(
                    "a deadlock: the interleavings say {}",
                    right.deadlock
                ));
            }
        }
    }
    None
}

/// What is wrong with what the explorer says of this program if the first step of each thread waits.
///
/// A loop that waits ends as a single step would end that happened to see the right thing.
fn discrepancy_if_it_waits(program: &Program, how: How) -> Option<String> {
    let settings = Settings::default();
    let once = on_explorer::find(program, How::Once, Relaxed, &settings);
    let waits = on_explorer::find(program, how, Relaxed, &settings);
    if let Some(limit) = waits.limit {
        return Some(format!("not all was explored: {limit}"));
    }
    let has_waited = |outcome: &&Outcome| {
        program
            .0
            .iter()
            .zip(*outcome)
            .all(|(steps, seen)| match steps[..] {
                [Do::Load(..), ..] => seen[0] != 0,
                [Do::Cas { .. }, ..] => seen[0] < FAILED,
                _ => true,
            })
    };
    let right: BTreeSet<Outcome> = once.outcomes.iter().filter(has_waited).cloned().collect();
    let outcome = right.symmetric_difference(&waits.outcomes).next()?;
    let what = if right.contains(outcome) {
        "lost"
    } else {
        "impossible"
    };
    Some(format!("{outcome:?} is {what} if it {how:?}"))
}

/// The same discrepancy in as few steps as there can be.
fn shrink(mut program: Program, class: Class) -> Program {
    let smaller = |program: &Program| -> Vec<Program> {
        let mut all = Vec::new();
        for t in 0..program.0.len() {
            let without_thread = |it: &mut Program| drop(it.0.remove(t));
            let mut less = program.clone();
            without_thread(&mut less);
            if less.0.len() > 1 {
                all.push(less);
            }
            for i in 0..program.0[t].len() {
                let mut less = program.clone();
                let gone = less.0[t].remove(i);
                // A lock goes with its unlock.
                if gone == Do::Lock
                    && let Some(end) = less.0[t][i..].iter().position(|&step| step == Do::Unlock)
                {
                    less.0[t].remove(i + end);
                }
                if gone != Do::Unlock {
                    all.push(less);
                }
            }
        }
        all
    };
    while let Some(less) = smaller(&program)
        .into_iter()
        .find(|less| discrepancy(less, class).is_some())
    {
        program = less;
    }
    program
}

fn check(program: &Program, class: Class) {
    if discrepancy(program, class).is_some() {
        let program = shrink(program.clone(), class);
        let what = discrepancy(&program, class);
        panic!(
            "{class:?}: {}{program:?}",
            what.as_deref().unwrap_or("it is gone when looked at again")
        );
    }
}

#[test]
fn agrees_with_the_oracles_on_programs_nobody_has_thought_of() {
    for n in 0..390 {
        let class = Class::ALL[n as usize % Class::ALL.len()];
        check(&program::make(&mut Die::new(16, n), class), class);
    }
}

#[test]
fn a_loop_that_waits_ends_as_a_step_that_was_lucky() {
    for n in 0..400 {
        let class = [
            Class::Weak,
            Class::Fences,
            Class::CompareExchange,
            Class::Mixed,
        ][n as usize % 4];
        let mut program = program::make(&mut Die::new(17, n), class);
        program.0.iter_mut().for_each(|steps| steps.truncate(3));
        let how = if n % 8 < 4 {
            How::Spins
        } else {
            How::GoesRound
        };
        if let Some(what) = discrepancy_if_it_waits(&program, how) {
            panic!("#{n}: {what}{program:?}");
        }
    }
}

/// All programs of three threads that take one or two steps each: relaxed loads, stores and additions.
fn all_small_programs(vars: usize) -> impl Iterator<Item = Program> {
    let single: Vec<Do> = (0..vars)
        .flat_map(|v| {
            [
                Do::Load(v, Relaxed),
                Do::Store(v, 0, Relaxed),
                Do::Add(v, Relaxed),
            ]
        })
        .collect();
    let mut threads: Vec<Vec<Do>> = single.iter().map(|&step| vec![step]).collect();
    threads.extend(
        single
            .iter()
            .flat_map(|&a| single.iter().map(move |&b| vec![a, b])),
    );
    let n = threads.len();
    // Which thread is which makes no difference.
    let triples =
        (0..n).flat_map(move |a| (a..n).flat_map(move |b| (b..n).map(move |c| [a, b, c])));
    triples.map(move |triple| {
        let mut program = Program(triple.map(|at| threads[at].clone()).to_vec());
        let stores = program
            .0
            .iter_mut()
            .flatten()
            .filter_map(|step| match step {
                Do::Store(_, val, _) => Some(val),
                _ => None,
            });
        stores.zip(1..).for_each(|(val, number)| *val = number);
        program
    })
}

#[test]
fn agrees_on_all_small_programs_of_three_threads_and_one_variable() {
    all_small_programs(1).for_each(|program| check(&program, Class::Weak));
}

#[test]
#[ignore = "13,244 programs: a minute in release"]
fn agrees_on_all_small_programs_of_three_threads_and_two_variables() {
    all_small_programs(2).for_each(|program| check(&program, Class::Weak));
}

#[test]
#[ignore = "goes on with new seeds until it has found something: SEED, PROGRAMS"]
fn goes_on_with_other_seeds() {
    let number = |name: &str, otherwise: u64| {
        let given = std::env::var(name).ok();
        given.map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let (seed, programs) = (number("SEED", 1), number("PROGRAMS", 20_000));
    let mut found = 0;
    for n in 0..programs {
        let class = Class::ALL[n as usize % Class::ALL.len()];
        let program = program::make(&mut Die::new(seed, n), class);
        if discrepancy(&program, class).is_some() {
            let program = shrink(program, class);
            println!(
                "#{n} {class:?}: {}{program:?}",
                discrepancy(&program, class).unwrap_or_default()
            );
            found += 1;
        }
    }
    println!("seed {seed}: {programs} programs, {found} discrepancies");
    assert_eq!(found, 0);
}
