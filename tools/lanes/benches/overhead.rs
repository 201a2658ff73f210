//! What lanes costs on top of plain loom, for a model that passes.
//!
//! ```text
//! cargo bench -p lanes
//! ```
//!
//! All variants take turns within one run, so that a busy machine slows all of them, and the fastest of many
//! rounds is compared. The ratio is of time per execution: lanes leaves out rounds of a waiting loop that
//! change nothing, and so explores a few executions less.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lanes::Model;

mod with_loom {
    mod sync {
        pub(super) use loom::{cell, hint, sync::atomic, thread};
    }
    pub(super) mod lock {
        include!("overhead/lock.rs");
    }
}

mod with_lanes {
    use lanes::sync;
    pub(super) mod lock {
        include!("overhead/lock.rs");
    }
}

const ROUNDS: usize = 200;

/// Executions, and the time that they took.
type Sample = (usize, Duration);

fn plain() -> Sample {
    let executions = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&executions);
    let started = Instant::now();
    loom::model::Builder::new().check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        with_loom::lock::program();
    });
    (executions.load(Ordering::Relaxed), started.elapsed())
}

fn lanes(model: &Model) -> Sample {
    let pass = model
        .explore(with_lanes::lock::program)
        .expect("the lock is correct");
    (pass.executions(), pass.elapsed())
}

fn main() {
    // `cargo test` runs benches too, to see that they work: once is enough.
    let rounds = if std::env::args().any(|argument| argument == "--bench") {
        ROUNDS
    } else {
        1
    };
    let find = Model::new();
    let record = Model::new().record_everything(true);
    let variants: [(&str, &dyn Fn() -> Sample); 3] = [
        ("plain loom", &plain),
        (
            "lanes, as it is (a failure is run again and recorded)",
            &|| lanes(&find),
        ),
        ("lanes, recording every execution", &|| lanes(&record)),
    ];

    let mut best = [(0, Duration::MAX); 3];
    for _ in 0..rounds {
        for ((_, variant), best) in variants.iter().zip(&mut best) {
            let sample = variant();
            if sample.1 < best.1 {
                *best = sample;
            }
        }
    }
    let each = |(executions, time): Sample| time.as_secs_f64() * 1e6 / executions as f64;
    for ((name, _), sample) in variants.iter().zip(best) {
        println!(
            "{name:56} {:5} executions, {:6.2} µs each, {:.2} of plain loom",
            sample.0,
            each(sample),
            each(sample) / each(best[0])
        );
    }
}
