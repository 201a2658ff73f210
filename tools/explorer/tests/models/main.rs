//! Small right programs pass, whole. `cargo test --release -p explorer --test models -- --nocapture` shows how many states
//! each has, and how long that takes.

use explorer::{Found, Settings, explore};

use lanes::sync as facade;

mod programs;
use programs::{
    counter, dekker, exchange_lock, mutex_counter, peterson, queue, queue_of_three,
    queue_of_three_closed, queue_of_two, rw_lock, seqlock, spin_lock, ticket_lock, treiber, turns,
};

fn check(name: &str, program: impl Fn() + Clone + 'static) {
    let found: Found<()> = explore(&Settings::default(), program);
    let ms = found.elapsed.as_secs_f64() * 1e3;
    println!(
        "| `{name}` | {} | {} | {} | {ms:.1} |",
        found.states, found.steps, found.runs
    );
    assert_eq!(found.limit, None, "{name}");
    assert!(found.failures.is_empty(), "{name}: {}", found.failures[0]);
}

/// The text of a call beside what it does.
macro_rules! check {
    ($($call:expr;)*) => { $(check(stringify!($call), || $call);)* };
}

#[test]
fn right_programs_pass() {
    println!("| program | states | steps | runs | ms |\n|---|--:|--:|--:|--:|");
    check! {
        spin_lock::<1>(2);
        spin_lock::<2>(2);
        spin_lock::<1>(3);
        exchange_lock::<2>(2);
        queue(1, 3);
        ticket_lock(2);
        ticket_lock(3);
        counter::<3>(2);
        counter::<1>(3);
        mutex_counter::<3>(2);
        mutex_counter::<2>(3);
        queue_of_two();
        queue_of_three();
        seqlock(1, 1);
        seqlock(2, 1);
        treiber(2);
        rw_lock(1, 1);
        rw_lock(1, 2);
        turns(2);
        turns(3);
        peterson();
        dekker();
    }
}

#[test]
#[ignore = "for the table: seconds in release"]
fn larger_programs_pass() {
    check! {
        spin_lock::<2>(3);
        counter::<3>(3);
        mutex_counter::<3>(3);
        queue(2, 2);
        queue_of_three_closed();
        seqlock(1, 2);
        treiber(3);
        rw_lock(2, 1);
        spin_lock::<1>(4);
        turns(4);
    }
}
