//! Each language's own cleanup, beside the same by hand: Go, Java, C and Rust in one run.
//!
//! Compare the ratios. The times also differ by compiler, by lock and by allocator, and by what the languages do not
//! let us make equal:
//!
//! - A round is a call, and so is the work in it, in all of them. What else is inlined is up to the compilers.
//! - The locks are each language's own. Java's `synchronized` cannot be written by hand at all: it stands beside the
//!   lock that can.
//! - Go's `defer` belongs to the function and not to the scope. In a loop it piles up, as it does nowhere else: so beside
//!   it stands a list of closures in Rust.
//! - C has nothing to catch. Its cleanups are ready for exceptions from elsewhere, which is as much as a guard is when
//!   nothing panics.
//! - An exception in Java remembers the calls that led to it, a panic of Go's or Rust's here does not: so Java has one
//!   row with an exception that was made before.

use bench_kit::{Comparison, Elsewhere};
use benches::release::ways_out::{self, Way, round};
use benches::release::{self, Closure, ParkingLot, Primitive, StdMutex, work};
use benches::scope_cleanup::room::{Room, deferred_in_a_loop, in_batches};
use criterion::Criterion;

/// The way without failures, and then the ways out of a function that fails.
pub(crate) fn other_languages(criterion: &mut Criterion) {
    let languages = Languages::here();
    without_failure(criterion, &languages);
    with_failure(criterion, &languages);
}

/// Those that can be had here.
struct Languages {
    go: Option<Elsewhere>,
    java: Option<Elsewhere>,
    c: Option<Elsewhere>,
}

impl Languages {
    fn here() -> Self {
        Self {
            go: Elsewhere::go("01_scope_cleanup"),
            java: Elsewhere::java("the_measured_answer"),
            c: Elsewhere::c("the_measured_answer"),
        }
    }
}

fn without_failure(criterion: &mut Criterion, languages: &Languages) {
    let mut comparison = Comparison::new(
        "other_languages",
        "Each language by hand and by its own cleanup",
    )
    .with_crate("parking_lot");
    comparison = rows(
        comparison,
        &languages.go,
        &[
            ("lock, by hand", &["lock, defer"]),
            ("loop, direct call", &["loop, defer"]),
        ],
    );
    comparison = rows(
        comparison,
        &languages.java,
        &[
            ("lock, by hand", &["lock, finally", "lock, synchronized"]),
            (
                "scope, by hand",
                &["scope, finally", "scope, try-with-resources"],
            ),
        ],
    );
    comparison = rows(
        comparison,
        &languages.c,
        &[
            ("lock, by hand", &["lock, cleanup"]),
            ("loop, direct call", &["loop, cleanup"]),
        ],
    );
    for (lock, primitive) in [
        ("std lock", Primitive::of::<StdMutex>()),
        ("parking_lot lock", Primitive::of::<ParkingLot>()),
    ] {
        let baseline = format!("Rust: {lock}, by hand");
        comparison = comparison
            .row(&baseline, Some(&baseline), primitive.by_hand)
            .row(
                format!("Rust: {lock}, guard"),
                Some(&baseline),
                primitive.by_guard,
            );
    }
    const DIRECT_CALL: Option<&str> = Some("Rust: loop, direct call");
    comparison
        .row("Rust: loop, direct call", DIRECT_CALL, |n| {
            in_batches(n, called_in_a_loop)
        })
        .row("Rust: loop, guard", DIRECT_CALL, |n| {
            in_batches(n, guarded_in_a_loop)
        })
        .row("Rust: loop, list of closures", DIRECT_CALL, |n| {
            in_batches(n, deferred_in_a_loop)
        })
        .run(criterion);
}

/// Failures take up to a thousand times as long.
fn with_failure(criterion: &mut Criterion, languages: &Languages) {
    let mut comparison = Comparison::new(
        "other_languages_failing",
        "A function that fails while it holds something: by a value, by an exception",
    )
    .in_turns_of(2_000);
    comparison = rows(
        comparison,
        &languages.go,
        &[("failure, error", &["failure, panic"])],
    );
    comparison = rows(
        comparison,
        &languages.java,
        &[(
            "failure, error value",
            &["failure, exception", "failure, same exception"],
        )],
    );
    comparison = rows(
        comparison,
        &languages.c,
        &[("failure, goto", &["failure, cleanup"])],
    );
    const BY_HAND: Option<&str> = Some("Rust: failure, error, by hand");
    comparison
        .row("Rust: failure, error, by hand", BY_HAND, |n| {
            release::timed(n, round(ways_out::by_hand::<Closure>, Way::Error))
        })
        .row("Rust: failure, error, guard", BY_HAND, |n| {
            release::timed(n, round(ways_out::by_guard::<Closure>, Way::Error))
        })
        .row(
            "Rust: failure, panic, guard",
            Some("Rust: failure, error, guard"),
            |n| release::timed(n, round(ways_out::by_guard::<Closure>, Way::Panic)),
        )
        .run(criterion);
}

/// A baseline, and what is compared with it.
type Beside<'a> = (&'static str, &'a [&'static str]);

/// Adds the rows of a language, if it can be had here.
fn rows(
    comparison: Comparison,
    language: &Option<Elsewhere>,
    entries: &[Beside<'_>],
) -> Comparison {
    let Some(program) = language else {
        return comparison;
    };
    let label = |entry: &str| format!("{}: {entry}", program.language());
    let mut comparison = comparison.with_version(program.toolchain(), program.version());
    for &(by_hand, others) in entries {
        let baseline = label(by_hand);
        comparison = comparison.row(&baseline, Some(&baseline), program.row(by_hand));
        for &other in others {
            comparison = comparison.row(label(other), Some(&baseline), program.row(other));
        }
    }
    comparison
}

// In a loop, not inlined, as in Go.

#[inline(never)]
fn called_in_a_loop(room: &Room, turns: u64) {
    for _ in 0..turns {
        room.enter();
        work();
        room.leave();
    }
}

#[inline(never)]
fn guarded_in_a_loop(room: &Room, turns: u64) {
    for _ in 0..turns {
        let _visit = room.visit();
        work();
    }
}
