//! Epochs: how much waits to be freed while one thread stays pinned.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use crossbeam_epoch::{Atomic, Collector, LocalHandle, Owned};

/// How many nodes there are that nobody has freed.
static NODES: AtomicUsize = AtomicUsize::new(0);

struct Node;

impl Node {
    fn new() -> Self {
        NODES.fetch_add(1, Relaxed);
        Self
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        NODES.fetch_sub(1, Relaxed);
    }
}

fn main() {
    // Of its own, so that nothing else in this process delays it.
    let collector = Collector::new();
    let (reader, writer) = (collector.register(), collector.register());
    let newest = Atomic::new(Node::new());

    // ANCHOR: body
    let guard = reader.pin();
    let _seen = newest.load(Acquire, &guard);
    replace(10_000, &newest, &writer);
    let while_it_stays = waiting();

    drop(guard);
    replace(10_000, &newest, &writer);
    let when_it_has_left = waiting();
    // ANCHOR_END: body

    println!(
        "when it has left, fewer than 1000 wait: {}",
        when_it_has_left < 1000
    );
    println!("while it stays:");
    println!("{while_it_stays}");

    let guard = writer.pin();
    // SAFETY: nobody else looks at it.
    drop(unsafe { newest.load(Acquire, &guard).into_owned() });
}

/// Nodes that have been taken out, and not been freed.
fn waiting() -> usize {
    NODES.load(Relaxed) - 1
}

// ANCHOR: replace
/// Puts a new node in, and takes the old one out; so many times.
fn replace(times: u32, newest: &Atomic<Node>, writer: &LocalHandle) {
    for _ in 0..times {
        let guard = writer.pin();
        let old = newest.swap(Owned::new(Node::new()), AcqRel, &guard);
        // SAFETY: it is out. Only those who are pinned already can see it.
        unsafe { guard.defer_destroy(old) };
    }
}
// ANCHOR_END: replace
