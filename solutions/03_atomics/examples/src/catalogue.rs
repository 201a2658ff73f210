//! The five tests: the imaginable outcomes of each, and those the language allows.

use crate::machine;
use crate::model;
use crate::orders::{Orders, Paired, Strong, Weak};
use std::sync::atomic::Ordering;

/// A litmus test with one kind of orderings, and all that is known of it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What the test is called.
    pub test: &'static str,
    /// What the orderings are called.
    pub orderings: &'static str,
    /// Every outcome that one could imagine.
    pub outcomes: Vec<Outcome>,
}

/// One imaginable outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What each thread reads.
    pub read: String,
    /// Whether the language allows it. This follows from its rules, and is written by hand.
    pub allowed: bool,
    /// Whether some order of the steps gives it, if each load reads the last value stored. What is allowed and is not in
    /// turns is a surprise.
    pub in_turns: bool,
    /// Whether the model finds it.
    pub found: bool,
    /// How often this machine did it.
    pub times: usize,
}

impl Outcome {
    /// Whether the language allows it, although no order of the steps gives it.
    pub fn is_surprising(&self) -> bool {
        self.allowed && !self.in_turns
    }
}

/// Tries a test with one kind of orderings: explores it, and runs it so many times or a few more. With no runs at all
/// it is only explored.
pub type Test = fn(runs: usize) -> Trial;

/// Each test, with all kinds of orderings.
pub const ALL: [[Test; 3]; 5] = [
    [
        store_buffering::<Weak>,
        store_buffering::<Paired>,
        store_buffering::<Strong>,
    ],
    [
        message_passing::<Weak>,
        message_passing::<Paired>,
        message_passing::<Strong>,
    ],
    [
        load_buffering::<Weak>,
        load_buffering::<Paired>,
        load_buffering::<Strong>,
    ],
    [
        independent_writes::<Weak>,
        independent_writes::<Paired>,
        independent_writes::<Strong>,
    ],
    [coherence::<Weak>, coherence::<Paired>, coherence::<Strong>],
];

/// Whether a store publishes what was done before it, to a load that reads it.
fn publishes<O: Orders>() -> bool {
    O::LOAD != Ordering::Relaxed
}

/// Whether there is one order of all accesses.
fn in_one_order<O: Orders>() -> bool {
    O::LOAD == Ordering::SeqCst
}

/// Two reads of two variables.
const PAIRS: [(u32, u32); 4] = [(0, 0), (0, 1), (1, 0), (1, 1)];

/// Each raises its own flag, and looks at the other's. If there is one order of all accesses, the
/// second in it sees the other's flag.
pub fn store_buffering<O: Orders>(runs: usize) -> Trial {
    Sides {
        model: model::litmus::store_buffering::<O>(),
        in_turns: model::litmus::store_buffering::<Strong>(),
        machine: machine::litmus::store_buffering::<O>(),
        imagined: PAIRS.map(|(left, right)| [left, right]).to_vec(),
        says: |[left, right]| format!("left {left}, right {right}"),
        allows: |read| read != [0, 0] || !in_one_order::<O>(),
    }
    .tried::<O>("store buffering", runs)
}

/// One writes data and raises a flag. The other looks at the flag, and then at the data. A flag that publishes has the
/// data with it.
pub fn message_passing<O: Orders>(runs: usize) -> Trial {
    Sides {
        model: model::litmus::message_passing::<O>(),
        in_turns: model::litmus::message_passing::<Strong>(),
        machine: machine::litmus::message_passing::<O>(),
        imagined: PAIRS.map(|reader| [None, Some(reader)]).to_vec(),
        says: |[_, reader]| two(["flag", "data"], reader),
        allows: |[_, reader]| reader != Some((1, 0)) || !publishes::<O>(),
    }
    .tried::<O>("message passing", runs)
}

/// Each looks at the other's flag, and raises its own. If flags publish, what is read was stored before, and there
/// cannot be a circle of before.
pub fn load_buffering<O: Orders>(runs: usize) -> Trial {
    Sides {
        model: model::litmus::load_buffering::<O>(),
        in_turns: model::litmus::load_buffering::<Strong>(),
        machine: machine::litmus::load_buffering::<O>(),
        imagined: PAIRS.map(|(left, right)| [left, right]).to_vec(),
        says: |[left, right]| format!("left {left}, right {right}"),
        allows: |read| read != [1, 1] || !publishes::<O>(),
    }
    .tried::<O>("load buffering", runs)
}

/// Two raise a flag each, two others look at both, in opposite order. They may disagree on which came first, unless
/// there is one order of all accesses.
pub fn independent_writes<O: Orders>(runs: usize) -> Trial {
    let imagined = PAIRS
        .iter()
        .flat_map(|&x_first| PAIRS.map(|y_first| [Some(x_first), Some(y_first), None, None]));
    Sides {
        model: model::litmus::independent_writes::<O>(),
        in_turns: model::litmus::independent_writes::<Strong>(),
        machine: machine::litmus::independent_writes::<O>(),
        imagined: imagined.collect(),
        says: |[x_first, y_first, ..]| {
            format!("{}; {}", two(["x", "y"], x_first), two(["y", "x"], y_first))
        },
        allows: |[x_first, y_first, ..]| {
            (x_first, y_first) != (Some((1, 0)), Some((1, 0))) || !in_one_order::<O>()
        },
    }
    .tried::<O>("independent writes", runs)
}

/// One increments a variable. The other loads it twice, and never sees it run backwards, whatever
/// the orderings.
pub fn coherence<O: Orders>(runs: usize) -> Trial {
    let imagined = (0..=2).flat_map(|first| (0..=2).map(move |then| [None, Some((first, then))]));
    Sides {
        model: model::litmus::coherence::<O>(),
        in_turns: model::litmus::coherence::<Strong>(),
        machine: machine::litmus::coherence::<O>(),
        imagined: imagined.collect(),
        says: |[_, reader]| two(["first", "then"], reader),
        allows: |[_, reader]| reader.is_some_and(|(first, then)| first <= then),
    }
    .tried::<O>("coherence", runs)
}

fn two(names: [&str; 2], reader: model::litmus::Two) -> String {
    let (first, second) = reader.expect("a thread that reads twice has read twice");
    format!("{} {first}, {} {second}", names[0], names[1])
}

/// A test of `N` threads from all sides.
struct Sides<const N: usize, R> {
    model: [model::litmus::Thread<R>; N],
    /// The test with one order of all accesses: each load reads the last value stored.
    in_turns: [model::litmus::Thread<R>; N],
    machine: [machine::litmus::Thread<R>; N],
    imagined: Vec<[R; N]>,
    says: fn([R; N]) -> String,
    allows: fn([R; N]) -> bool,
}

impl<const N: usize, R: Copy + Ord + Send + 'static> Sides<N, R> {
    fn tried<O: Orders>(self, test: &'static str, runs: usize) -> Trial {
        let found = model::outcomes(self.model);
        let in_turns = model::outcomes(self.in_turns);
        let counted = machine::count(self.machine, runs);
        let seen = found.iter().chain(counted.keys());
        let unimagined = seen.filter(|read| !self.imagined.contains(read)).count();
        assert_eq!(unimagined, 0, "{test}: values that nobody stored were read");
        let outcomes = self.imagined.into_iter().map(|read| Outcome {
            read: (self.says)(read),
            allowed: (self.allows)(read),
            in_turns: in_turns.contains(&read),
            found: found.contains(&read),
            times: counted.get(&read).copied().unwrap_or(0),
        });
        Trial {
            test,
            orderings: O::NAME,
            outcomes: outcomes.collect(),
        }
    }
}
