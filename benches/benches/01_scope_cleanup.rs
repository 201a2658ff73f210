//! Chapter 1: what does a cleanup cost?
//!
//! ```text
//! cargo bench -p benches --bench 01_scope_cleanup                     # five minutes
//! cargo bench -p benches --bench 01_scope_cleanup -- guard_or_manual  # one group
//! cargo bench -p benches --bench 01_scope_cleanup --features mine     # with your own guards beside the others
//! ```
//!
//! Between a taking and its release stands [`work`], the same in every row: so little that what surrounds it shows, and
//! yet a call that may panic, so that a guard has to be ready for it. After its rounds each row shows that every
//! round was counted and that everything was given back.

use std::cell::Cell;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use benches::{Comparison, Go};
use criterion::Criterion;
use lock_api::RawMutex;
use our_defer_stack::DeferStack;
use our_scope_guard::ScopeGuard;

fn main() {
    let mut criterion = benches::criterion();
    guard_or_manual(&mut criterion);
    nested(&mut criterion);
    boxed_or_inlined(&mut criterion);
    panic_path(&mut criterion);
    go(&mut criterion);
    criterion.final_summary();
}

/// The smallest piece of work that may panic, as far as the compiler can tell.
///
/// It looks at a whole word. After a single byte the processor stalls when the function gives its stack back by
/// reading eight bytes of which one has just been written, and that would hide what we look for.
#[inline(never)]
fn work() {
    assert!(black_box(1_u64) == 1, "never");
}

/// Counts who has come and who has gone: what is taken and given back in most rows.
///
/// Two numbers, and each changes in one place. Two that change together the compiler would add to in one go, sixteen
/// bytes at a time, with the stall that [`work`] avoids.
#[derive(Default)]
struct Room {
    entered: Cell<u64>,
    left: Cell<u64>,
}

impl Room {
    fn enter(&self) {
        self.entered.set(self.entered.get() + 1);
    }

    fn leave(&self) {
        self.left.set(self.left.get() + 1);
    }

    /// Checks that there were so many visits, and that nobody is left inside.
    fn check(&self, visits: u64) {
        assert_eq!(self.entered.get(), visits, "those who have entered");
        assert_eq!(self.left.get(), visits, "those who have left");
    }

    fn visit(&self) -> Visit<'_> {
        self.enter();
        Visit(self)
    }
}

/// The guard that you would write: a type of its own with a `Drop`.
struct Visit<'a>(&'a Room);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// `rounds` rounds of `depth` visits each.
fn visits(rounds: u64, depth: u64, round: impl Fn(&Room)) -> Duration {
    let room = Room::default();
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(&room));
    }
    let elapsed = start.elapsed();
    room.check(rounds * depth);
    elapsed
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

fn by_hand(room: &Room) {
    room.enter();
    work();
    room.leave();
}

fn by_guard(room: &Room) {
    let _visit = room.visit();
    work();
}

// A lock: parking_lot's, since that of std cannot be unlocked by hand.

type Lock = lock_api::Mutex<parking_lot::RawMutex, u64>;

fn lock_by_guard(count: &Lock) {
    let mut count = count.lock();
    work();
    *count += 1;
}

fn lock_by_hand(count: &Lock) {
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { count.raw() };
    let token = raw.lock();
    work();
    // SAFETY: we hold the lock, so nobody else reaches the number.
    unsafe { *count.data_ptr() += 1 };
    // SAFETY: `token` is from `raw`, and no reference to the number is left.
    unsafe { raw.unlock(token) };
}

fn locks(rounds: u64, round: impl Fn(&Lock)) -> Duration {
    let lock = Lock::new(0);
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(&lock));
    }
    let elapsed = start.elapsed();
    let count = lock.try_lock().expect("the lock is free again");
    assert_eq!(*count, rounds, "the number behind the lock");
    elapsed
}

// A file, opened, read and closed.

fn file_by_guard(path: &Path) -> u8 {
    let mut file = File::open(path).expect("it is there");
    work();
    read_one_byte(&mut file)
}

/// A file that nobody closes, unless we do.
fn file_by_hand(path: &Path) -> u8 {
    let mut file = ManuallyDrop::new(File::open(path).expect("it is there"));
    work();
    let byte = read_one_byte(&mut file);
    // SAFETY: this is the only drop, and the file is not used afterwards.
    unsafe { ManuallyDrop::drop(&mut file) };
    byte
}

fn read_one_byte(file: &mut File) -> u8 {
    let mut byte = [0];
    file.read_exact(&mut byte).expect("it is long enough");
    byte[0]
}

fn files(rounds: u64, round: impl Fn(&Path) -> u8) -> Duration {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("one");
    fs::write(&path, [1]).expect("the directory is ours");
    let open_before = open_files();
    let mut sum = 0;
    let start = Instant::now();
    for _ in 0..rounds {
        sum += u64::from(round(black_box(&path)));
    }
    let elapsed = start.elapsed();
    assert_eq!(sum, rounds, "the sum of the bytes");
    assert_eq!(open_files(), open_before, "files that are still open");
    elapsed
}

/// How many files this process has open; `None` where the system does not tell.
fn open_files() -> Option<usize> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count())
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

#[inline(never)]
fn nested_by_guard(room: &Room, depth: u64) {
    let _visit = room.visit();
    match depth {
        1 => work(),
        _ => nested_by_guard(room, depth - 1),
    }
}

#[inline(never)]
fn nested_by_hand(room: &Room, depth: u64) {
    room.enter();
    match depth {
        1 => work(),
        _ => nested_by_hand(room, depth - 1),
    }
    room.leave();
}

/// A cleanup that is a closure in a list, as it is in [`DeferStack`], or a local whose type says what it runs.
fn boxed_or_inlined(criterion: &mut Criterion) {
    let comparison = Comparison::new("boxed_or_inlined", "A cleanup: inlined, or boxed in a list")
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
        });
    #[cfg(feature = "mine")]
    let comparison = mine::boxed_or_inlined(comparison);
    comparison.run(criterion);
}

/// How much one scope defers in a loop, before it ends and all of it runs.
const BATCH: u64 = 100;

/// `rounds` turns of loops that have [`BATCH`] turns each, the last one maybe fewer.
fn in_batches(rounds: u64, turns: impl Fn(&Room, u64)) -> Duration {
    let room = Room::default();
    let mut left = rounds;
    let start = Instant::now();
    while left > 0 {
        let batch = left.min(BATCH);
        turns(black_box(&room), batch);
        left -= batch;
    }
    let elapsed = start.elapsed();
    room.check(rounds);
    elapsed
}

fn deferred_in_a_loop(room: &Room, turns: u64) {
    let mut stack = DeferStack::new();
    for _ in 0..turns {
        room.enter();
        stack.defer(|| room.leave());
        work();
    }
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

#[derive(Debug)]
struct Spoilt;

type Outcome = Result<(), Spoilt>;

fn succeed() -> Outcome {
    work();
    Ok(())
}

fn return_an_error() -> Outcome {
    work();
    Err(Spoilt)
}

fn raise_a_panic() -> Outcome {
    work();
    resume_unwind(Box::new(Spoilt))
}

/// Takes something in each of `depth` calls, and then does `leaf`.
#[inline(never)]
fn visit_and(room: &Room, depth: u64, leaf: fn() -> Outcome) -> Outcome {
    let _visit = room.visit();
    match depth {
        1 => black_box(leaf)(),
        _ => {
            visit_and(room, depth - 1, leaf)?;
            Ok(())
        }
    }
}

/// The same behind a boundary, which turns a panic into an error.
fn caught(room: &Room, depth: u64, leaf: fn() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| visit_and(room, depth, leaf))).unwrap_or(Err(Spoilt))
}

/// `rounds` rounds, each of which must fail.
fn failures(rounds: u64, depth: u64, round: impl Fn(&Room) -> Outcome) -> Duration {
    let failures = Cell::new(0);
    let elapsed = visits(rounds, depth, |room| {
        failures.set(failures.get() + u64::from(round(room).is_err()));
    });
    assert_eq!(failures.get(), rounds, "failures");
    elapsed
}

/// Go's `defer` and `recover`, each beside what it spares you, and the same in Rust. Compare the ratios: the times also
/// differ by compiler, by lock and by allocator.
fn go(criterion: &mut Criterion) {
    let Some(go) = Go::start("01_scope_cleanup") else {
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

/// What you wrote in the exercises. A row that does not work yet is left out.
#[cfg(feature = "mine")]
mod mine {
    use super::{Comparison, Room, in_batches, visits, work};
    use my_defer_stack::DeferStack;
    use my_scope_guard::ScopeGuard;

    pub(super) fn boxed_or_inlined(comparison: Comparison) -> Comparison {
        let by_hand = Some("by hand");
        comparison
            .my_row("my ScopeGuard", by_hand, "scope_guard", |n| {
                visits(n, 1, |room| {
                    room.enter();
                    let _guard = ScopeGuard::new(room, Room::leave);
                    work();
                })
            })
            .my_row("my DeferStack for one", by_hand, "defer_stack", |n| {
                visits(n, 1, |room| in_one_scope(room, 1))
            })
            .my_row("my DeferStack for 100", by_hand, "defer_stack", |n| {
                in_batches(n, in_one_scope)
            })
    }

    fn in_one_scope(room: &Room, turns: u64) {
        let mut stack = DeferStack::new();
        for _ in 0..turns {
            room.enter();
            stack.defer(|| room.leave());
            work();
        }
    }
}
