//! Epochs: what is replaced is freed when everybody who might have seen it has left.

use std::sync::atomic::Ordering::{AcqRel, Acquire};

use crossbeam_epoch::{Atomic, Collector, Owned};

struct Routes(&'static str);

impl Drop for Routes {
    fn drop(&mut self) {
        println!("  {} is dropped", self.0);
    }
}

fn main() {
    // One of its own, so that nothing else in this process delays it.
    let collector = Collector::new();
    let (reader, writer) = (collector.register(), collector.register());
    // Tries to free what it may, more often than it can take.
    let collect = || (0..8).for_each(|_| writer.pin().flush());

    // ANCHOR: body
    let routes = Atomic::new(Routes("version 1"));
    let pinned = reader.pin();
    let seen = routes.load(Acquire, &pinned);
    for name in ["version 2", "version 3"] {
        let guard = writer.pin();
        let old = routes.swap(Owned::new(Routes(name)), AcqRel, &guard);
        // SAFETY: it is out of `routes`. Only those who are pinned already can see it.
        unsafe { guard.defer_destroy(old) };
    }
    collect();
    // SAFETY: it was loaded under `pinned`, which is still there, and is not null.
    let seen = unsafe { seen.deref() };
    println!("a reader is pinned, and reads {}", seen.0);
    drop(pinned);
    println!("the reader has left");
    collect();
    println!("the end");
    // ANCHOR_END: body
    // SAFETY: nobody else has it any more.
    drop(unsafe { routes.into_owned() });
}
