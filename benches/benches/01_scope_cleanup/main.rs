//! Chapter 1: what does a cleanup cost?
//!
//! ```text
//! cargo bench -p benches --bench 01_scope_cleanup                     # ten minutes
//! cargo bench -p benches --bench 01_scope_cleanup -- guard_or_manual  # one group
//! cargo bench -p benches --bench 01_scope_cleanup --features mine     # with your own guards beside the others
//! ```
//!
//! Between a taking and its release stands [`work`], the same in every row: so little that what surrounds it shows, and
//! yet a call that may panic, so that a guard has to be ready for it. After its rounds each row shows that every
//! round was counted and that everything was given back.

mod boundary;
mod engine;
mod failure;
mod file;
mod lock;
mod transaction;

use bench_kit::{Comparison, Elsewhere};
use benches::release::work;
use benches::scope_cleanup::room::{
    Room, by_guard, by_hand, deferred_in_a_loop, deferred_in_my_loop, in_batches, nested_by_guard,
    nested_by_hand, visits,
};
use benches::{mine, ours};
use criterion::Criterion;
use failure::{caught, failures, raise_a_panic, return_an_error, succeed, visit_and};
use file::{file_by_guard, file_by_hand, files};
use lock::{lock_by_guard, lock_by_hand, locks};
use ours::defer_stack::DeferStack;
use ours::scope_guard::ScopeGuard;

fn main() {
    let mut criterion = bench_kit::criterion();
    guard_or_manual(&mut criterion);
    nested(&mut criterion);
    boxed_or_inlined(&mut criterion);
    panic_path(&mut criterion);
    transaction::transaction(&mut criterion);
    boundary::boundary(&mut criterion);
    engine::start_stop(&mut criterion);
    go(&mut criterion);
    criterion.final_summary();
}

/// Three things that are taken and given back, by guard and by hand.
fn guard_or_manual(criterion: &mut Criterion) {
    Comparison::new(
        "guard_or_manual",
        "Take, work, give back: by guard, by hand",
    )
    .with_crate("parking_lot")
    .row("counter, manual", Some("counter, manual"), |n| {
        visits(n, 1, by_hand)
    })
    .row("counter, guard", Some("counter, manual"), |n| {
        visits(n, 1, by_guard)
    })
    .row("lock, manual", Some("lock, manual"), |n| {
        locks(n, lock_by_hand)
    })
    .row("lock, guard", Some("lock, manual"), |n| {
        locks(n, lock_by_guard)
    })
    .row("file, manual", Some("file, manual"), |n| {
        files(n, file_by_hand)
    })
    .row("file, guard", Some("file, manual"), |n| {
        files(n, file_by_guard)
    })
    .run(criterion);
}

/// Functions that call each other, each of which has taken something: from 1 to 100 on top of each other.
fn nested(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("nested", "Nested calls, each of which takes and gives back");
    for depth in [1, 3, 10, 30, 100] {
        let manual = format!("{depth}, manual");
        comparison = comparison
            .row(&manual, Some(&manual), move |n| {
                visits(n, depth, |room| nested_by_hand(room, depth))
            })
            .row(format!("{depth}, guard"), Some(&manual), move |n| {
                visits(n, depth, |room| nested_by_guard(room, depth))
            });
    }
    comparison.run(criterion);
}

/// A cleanup that is a closure in a list, as it is in [`DeferStack`], or a local whose type says what it runs.
fn boxed_or_inlined(criterion: &mut Criterion) {
    Comparison::new("boxed_or_inlined", "A cleanup: inlined, or boxed in a list")
        .with_crate("scopeguard")
        .row("by hand", Some("by hand"), |n| visits(n, 1, by_hand))
        .row("Drop type", Some("by hand"), |n| visits(n, 1, by_guard))
        .row("ScopeGuard", Some("by hand"), |n| {
            visits(n, 1, |room| {
                room.enter();
                let _guard = ScopeGuard::new(room, Room::leave);
                work();
            })
        })
        .row("scopeguard", Some("by hand"), |n| {
            visits(n, 1, |room| {
                room.enter();
                let _guard = scopeguard::guard(room, Room::leave);
                work();
            })
        })
        .row("DeferStack for one", Some("by hand"), |n| {
            visits(n, 1, |room| {
                let mut stack = DeferStack::new();
                room.enter();
                stack.defer(|| room.leave());
                work();
            })
        })
        .row("DeferStack for 100", Some("by hand"), |n| {
            in_batches(n, deferred_in_a_loop)
        })
        .my_row("my ScopeGuard", Some("by hand"), "scope_guard", |n| {
            visits(n, 1, |room| {
                room.enter();
                let _guard = mine::scope_guard::ScopeGuard::new(room, Room::leave);
                work();
            })
        })
        .my_row(
            "my DeferStack for one",
            Some("by hand"),
            "defer_stack",
            |n| visits(n, 1, |room| deferred_in_my_loop(room, 1)),
        )
        .my_row(
            "my DeferStack for 100",
            Some("by hand"),
            "defer_stack",
            |n| in_batches(n, deferred_in_my_loop),
        )
        .run(criterion);
}

/// What it costs to leave by a panic, next to leaving by an error, next to not failing at all.
///
/// `resume_unwind` unwinds as `panic!` does, but prints nothing: the time to print is the terminal's.
fn panic_path(criterion: &mut Criterion) {
    let err = |depth| move |n| failures(n, depth, |room| visit_and(room, depth, return_an_error));
    let panic = |depth| move |n| failures(n, depth, |room| caught(room, depth, raise_a_panic));
    Comparison::new(
        "panic_path",
        "A guard on the way out: success, error, panic",
    )
    .row("success", Some("success"), |n| {
        visits(n, 1, |room| {
            visit_and(room, 1, succeed).expect("it succeeds");
        })
    })
    .row("success, in a boundary", Some("success"), |n| {
        visits(n, 1, |room| {
            caught(room, 1, succeed).expect("it succeeds");
        })
    })
    .row("error past 1 guard", Some("success"), err(1))
    .row("panic past 1 guard", Some("error past 1 guard"), panic(1))
    .row("error past 10 guards", Some("error past 1 guard"), err(10))
    .row(
        "panic past 10 guards",
        Some("error past 10 guards"),
        panic(10),
    )
    .run(criterion);
}

/// Go's `defer` and `recover`, each beside what it spares you, and the same in Rust. Compare the ratios: the times also
/// differ by compiler, by lock and by allocator.
fn go(criterion: &mut Criterion) {
    let Some(go) = Elsewhere::go("01_scope_cleanup") else {
        return;
    };
    let mut comparison = Comparison::new("go", "Go and Rust, each by hand and by its own cleanup")
        .with_crate("parking_lot")
        .with_version("go", go.version());
    for (by_hand, by_defer) in [
        ("lock, by hand", "lock, defer"),
        ("loop, direct call", "loop, defer"),
        ("failure, error", "failure, panic"),
    ] {
        let baseline = format!("Go: {by_hand}");
        comparison = comparison
            .row(&baseline, Some(&baseline), go.row(by_hand))
            .row(format!("Go: {by_defer}"), Some(&baseline), go.row(by_defer));
    }
    comparison
        .row("Rust: lock, by hand", Some("Rust: lock, by hand"), |n| {
            locks(n, lock_by_hand)
        })
        .row("Rust: lock, guard", Some("Rust: lock, by hand"), |n| {
            locks(n, lock_by_guard)
        })
        .row(
            "Rust: loop, direct call",
            Some("Rust: loop, direct call"),
            |n| visits(n, 1, by_hand),
        )
        .row("Rust: loop, guard", Some("Rust: loop, direct call"), |n| {
            visits(n, 1, by_guard)
        })
        .row(
            "Rust: loop, DeferStack",
            Some("Rust: loop, direct call"),
            |n| in_batches(n, deferred_in_a_loop),
        )
        .row("Rust: failure, error", Some("Rust: failure, error"), |n| {
            failures(n, 1, |room| visit_and(room, 1, return_an_error))
        })
        .row("Rust: failure, panic", Some("Rust: failure, error"), |n| {
            failures(n, 1, |room| caught(room, 1, raise_a_panic))
        })
        .run(criterion);
}
