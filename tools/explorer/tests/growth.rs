//! How the same programs grow on the explorer and on loom, with threads and with steps.
//!
//! `cargo test --release -p explorer --test growth -- --ignored --nocapture` prints a table, and takes some minutes: what
//! loom does not explore in [`PATIENCE`] is cut off.

#![allow(
    clippy::duplicate_mod,
    reason = "the same programs, on two engines: that is the point"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize as Counter;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use explorer::{Settings, explore};

const PATIENCE: Duration = Duration::from_secs(10);

#[expect(dead_code, reason = "not all of them are compared")]
#[path = "."]
mod ours {
    use lanes::sync as facade;

    #[path = "models/programs.rs"]
    pub(crate) mod programs;
}

#[expect(dead_code, reason = "not all of them are compared")]
#[path = "."]
mod on_loom {
    /// loom's types, where lanes has them.
    mod facade {
        pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard, atomic};
        pub(crate) use loom::{cell, hint, thread};
    }

    #[path = "models/programs.rs"]
    pub(crate) mod programs;
}

fn compare(name: &str, ours: impl Fn() + 'static, on_loom: impl Fn() + Sync + Send + 'static) {
    // `stringify` puts a space where nobody would.
    let name = name.replace(' ', "");
    let found = explore(&Settings::default(), ours);
    assert!(found.failures.is_empty(), "{name}: {}", found.failures[0]);
    let whole = match found.limit {
        None => String::new(),
        Some(limit) => format!(" ({limit})"),
    };
    let ms = found.elapsed.as_secs_f64() * 1e3;
    let (executions, verdict, loom_ms) = explored_by_loom(on_loom);
    println!(
        "| `{name}` | {}{whole} | {ms:.1} | {executions}{verdict} | {loom_ms:.1} |",
        found.states
    );
}

/// How many executions, what came of it if not all were explored, and how long it took in milliseconds.
fn explored_by_loom(program: impl Fn() + Sync + Send + 'static) -> (usize, &'static str, f64) {
    let mut loom = loom::model::Builder::new();
    loom.max_branches = 20_000;
    loom.max_duration = Some(PATIENCE);
    loom.checkpoint_interval = 100;
    let executions = Arc::new(Counter::new(0));
    let counted = Arc::clone(&executions);
    let start = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| {
        loom.check(move || {
            counted.fetch_add(1, Relaxed);
            program();
        });
    }));
    let elapsed = start.elapsed();
    let verdict = match result {
        Err(_) => ", and fails",
        Ok(()) if elapsed >= PATIENCE => ", cut off",
        Ok(()) => "",
    };
    (
        executions.load(Relaxed),
        verdict,
        elapsed.as_secs_f64() * 1e3,
    )
}

/// The same call on both.
macro_rules! compare {
    ($($call:ident $(::<$times:literal>)? ($($argument:expr),*);)*) => {$(
        compare(
            stringify!($call$(::<$times>)?($($argument),*)),
            || ours::programs::$call$(::<$times>)?($($argument),*),
            || on_loom::programs::$call$(::<$times>)?($($argument),*),
        );
    )*};
}

#[test]
#[ignore = "for the table: minutes"]
fn grows_beside_loom() {
    println!("| program | states | ms | executions of loom | ms |\n|---|--:|--:|--:|--:|");
    compare! {
        exchange_lock::<1>(2);
        exchange_lock::<2>(2);
        exchange_lock::<3>(2);
        exchange_lock::<1>(3);
        exchange_lock::<2>(3);
        exchange_lock::<1>(4);
        queue(1, 1);
        queue(1, 2);
        queue(1, 4);
        queue(2, 1);
        queue(2, 2);
        queue(3, 1);
        treiber(2);
        treiber(3);
        seqlock(1, 1);
        seqlock(2, 1);
        seqlock(1, 2);
        seqlock(1, 3);
    }
}
