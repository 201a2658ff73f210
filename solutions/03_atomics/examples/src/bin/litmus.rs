//! Runs each litmus test a million times, and prints how often the outcome came that it is about, beside what the
//! language and the model say.
//!
//! ```console
//! $ cargo run --release -p atomics_examples --bin litmus
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::thread::available_parallelism;

use atomics_examples::orders::{Orders, Paired, Strong, Weak};
use atomics_examples::{machine, model};

const RUNS: usize = 1_000_000;

fn main() {
    let processors = available_parallelism().map_or(0, usize::from);
    let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
    println!("{arch}, {os}, {processors} processors, {RUNS} runs each\n");
    println!("| test | orderings | asked | the language | the model | this machine |");
    println!("|---|---|---|---|---|---:|");
    store_buffering::<Weak>(Allowed::Yes);
    store_buffering::<Paired>(Allowed::Yes);
    store_buffering::<Strong>(Allowed::No);
    message_passing::<Weak>(Allowed::Yes);
    message_passing::<Paired>(Allowed::No);
    load_buffering::<Weak>(Allowed::Yes);
    load_buffering::<Paired>(Allowed::No);
    independent_writes::<Weak>(Allowed::Yes);
    independent_writes::<Paired>(Allowed::Yes);
    independent_writes::<Strong>(Allowed::No);
    coherence::<Weak>(Allowed::No);
}

/// What the language says of the outcome that is asked for. This is from its specification, and not computed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Yes,
    No,
}

fn store_buffering<O: Orders>(allowed: Allowed) {
    row(
        ["store buffering", O::NAME, "both read 0"],
        allowed,
        &model::outcomes(model::litmus::store_buffering::<O>()),
        &machine::count(machine::litmus::store_buffering::<O>(), RUNS),
        |&read| read == [0, 0],
    );
}

fn message_passing<O: Orders>(allowed: Allowed) {
    row(
        ["message passing", O::NAME, "the flag, and not the data"],
        allowed,
        &model::outcomes(model::litmus::message_passing::<O>()),
        &machine::count(machine::litmus::message_passing::<O>(), RUNS),
        |&read| read == [None, Some((1, 0))],
    );
}

fn load_buffering<O: Orders>(allowed: Allowed) {
    row(
        ["load buffering", O::NAME, "both read 1"],
        allowed,
        &model::outcomes(model::litmus::load_buffering::<O>()),
        &machine::count(machine::litmus::load_buffering::<O>(), RUNS),
        |&read| read == [1, 1],
    );
}

fn independent_writes<O: Orders>(allowed: Allowed) {
    row(
        ["independent writes", O::NAME, "the readers disagree"],
        allowed,
        &model::outcomes(model::litmus::independent_writes::<O>()),
        &machine::count(machine::litmus::independent_writes::<O>(), RUNS),
        |&[x_first, y_first, ..]| x_first == Some((1, 0)) && y_first == Some((1, 0)),
    );
}

fn coherence<O: Orders>(allowed: Allowed) {
    row(
        ["coherence", O::NAME, "backwards"],
        allowed,
        &model::outcomes(model::litmus::coherence::<O>()),
        &machine::count(machine::litmus::coherence::<O>(), RUNS),
        |&[_, reader]| reader.is_some_and(|(first, second)| second < first),
    );
}

/// Prints a row, if the three do not contradict each other.
fn row<const N: usize, R: Ord>(
    [test, orders, asked]: [&str; 3],
    allowed: Allowed,
    in_model: &BTreeSet<[R; N]>,
    on_machine: &BTreeMap<[R; N], usize>,
    is_asked: impl Fn(&[R; N]) -> bool,
) {
    let seen = in_model.iter().any(&is_asked);
    let times: usize = on_machine
        .iter()
        .filter(|(read, _)| is_asked(read))
        .map(|(_, times)| times)
        .sum();
    if allowed == Allowed::No {
        assert!(
            !seen,
            "{test}, {orders}: the model sees what the language forbids"
        );
        assert_eq!(
            times, 0,
            "{test}, {orders}: the machine does what the language forbids"
        );
    }
    let [allowed, seen] = [allowed == Allowed::Yes, seen].map(|yes| if yes { "yes" } else { "no" });
    println!("| {test} | {orders} | {asked} | {allowed} | {seen} | {times} |");
}
