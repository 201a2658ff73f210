//! Counts what a generator takes from the allocator: how often, and how much at the same time at most.
//!
//! ```text
//! cargo run --release -p bench-counts --bin memory
//! ```
//!
//! Prints a table, and leaves it for the recorder. These are counts and no times: the same program gives the same ones
//! on every machine of its kind, but for the peak of a channel, which depends on how far the producer is ahead; of
//! several runs it is the highest. The stack of a thread is not of the allocator: the table has a column for it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::iter;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::sync_channel;
use std::thread;

use bench_kit::{Elsewhere, Table};
use our_cancellable_stream::Stream;

/// Items of a stream, and the bytes of each.
const ITEMS: usize = 1_000;
const SIZE: usize = 4096;

/// `System`, and what has gone through it.
struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all that the trait asks for is `System`'s, which gets every call as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        let now = BYTES.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) };
    }
}

/// What a run took.
#[derive(Clone, Copy, Default)]
struct Taken {
    calls: usize,
    peak: usize,
}

fn count(run: impl Fn()) -> Taken {
    run(); // What is made once for the whole process is not the generator's.
    let mut most = Taken::default();
    for _ in 0..20 {
        let (calls, bytes) = (CALLS.load(Relaxed), BYTES.load(Relaxed));
        PEAK.store(bytes, Relaxed);
        run();
        most.calls = most.calls.max(CALLS.load(Relaxed) - calls);
        most.peak = most.peak.max(PEAK.load(Relaxed) - bytes);
    }
    most
}

fn item(number: usize) -> Box<[u8]> {
    vec![number as u8; SIZE].into_boxed_slice()
}

fn read(items: impl Iterator<Item = Box<[u8]>>) {
    assert_eq!(items.count(), ITEMS, "left: the items that came");
}

fn by_closure() {
    let mut numbers = 0..ITEMS;
    read(iter::from_fn(move || numbers.next().map(item)));
}

fn by_channel(capacity: usize) {
    let (sender, receiver) = sync_channel(capacity);
    let producer = thread::spawn(move || {
        for number in 0..ITEMS {
            if sender.send(item(number)).is_err() {
                break;
            }
        }
    });
    read(receiver.into_iter());
    producer.join().expect("it does not panic");
}

fn by_stream(capacity: usize) {
    let stream = Stream::new(capacity, |emitter| {
        (0..ITEMS).try_for_each(|number| emitter.emit(item(number)))
    });
    read(stream.map(|item| item.expect("it is not cancelled")));
}

fn main() {
    let columns = [
        "generator",
        "allocations",
        "peak, bytes",
        "peak, items",
        "threads",
    ];
    let mut table = Table::new(
        "memory",
        &format!("What {ITEMS} items of {SIZE} bytes take from the allocator"),
        "cargo run --release -p bench-counts --bin memory",
        columns,
    );
    let mut row = |name: &str, threads: u32, taken: Taken| {
        let Taken { calls, peak } = taken;
        let items = format!("{:.1}", peak as f64 / SIZE as f64);
        table.row([
            name.to_owned(),
            calls.to_string(),
            peak.to_string(),
            items,
            threads.to_string(),
        ]);
    };
    row("closure", 0, count(by_closure));
    for capacity in [1, 64, 1024] {
        let name = format!("std sync_channel, room for {capacity}");
        row(&name, 1, count(|| by_channel(capacity)));
        let name = format!("cancellable_stream, room for {capacity}");
        row(&name, 1, count(|| by_stream(capacity)));
    }
    row(
        "all of it in a `Vec` first",
        0,
        count(|| {
            let all: Vec<_> = (0..ITEMS).map(item).collect();
            read(all.into_iter());
        }),
    );
    if let Some(go) = Elsewhere::go("memory") {
        for (name, taken) in in_go() {
            row(&name, 0, taken);
        }
        table = table.with_version(go.toolchain(), go.version());
    }
    table.leave();
}

/// What the same takes in Go, counted by the program in `benches/go/memory`.
fn in_go() -> Vec<(String, Taken)> {
    let root = bench_kit::repository().unwrap_or_else(|error| panic!("{error:#}"));
    let output = Command::new("go")
        .args(["run", "./memory"])
        .current_dir(root.join("benches/go"))
        .output()
        .expect("`go` was there a moment ago");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "benches/go/memory failed: {complaint}"
    );
    let row = |line: &str| {
        let mut cells = line.split('\t');
        let name = cells.next()?;
        let (calls, peak) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
        Some((format!("Go: {name}"), Taken { calls, peak }))
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| row(line).unwrap_or_else(|| panic!("benches/go/memory says {line:?}")))
        .collect()
}
