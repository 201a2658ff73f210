//! Which writes over a release let it through, to a thread that reads what they wrote.

use atomics_examples::rules::{Thread, outcomes};
use lanes::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

type Vars = [AtomicU32; 2];

// ANCHOR: body
fn releases([data, count]: &Vars) -> Option<u32> {
    data.store(1, Relaxed);
    count.store(1, Release);
    None
}
fn adds([_, count]: &Vars) -> Option<u32> {
    count.fetch_add(1, Relaxed);
    None
}
fn stores([_, count]: &Vars) -> Option<u32> {
    if count.load(Relaxed) == 1 {
        count.store(2, Relaxed);
    }
    None
}
fn acquires([data, count]: &Vars) -> Option<u32> {
    (count.load(Acquire) == 2).then(|| data.load(Relaxed))
}
// ANCHOR_END: body

fn releases_and_adds(vars: &Vars) -> Option<u32> {
    releases(vars);
    adds(vars)
}
fn releases_and_stores(vars: &Vars) -> Option<u32> {
    releases(vars);
    stores(vars)
}
fn rests(_: &Vars) -> Option<u32> {
    None
}

fn main() {
    let written_over: [(&str, [Thread<2, Option<u32>>; 3]); 4] = [
        ("another thread adds", [releases, adds, acquires]),
        ("another thread stores", [releases, stores, acquires]),
        ("the same thread adds", [releases_and_adds, rests, acquires]),
        (
            "the same thread stores",
            [releases_and_stores, rests, acquires],
        ),
    ];
    for (what, threads) in written_over {
        if !outcomes(threads).iter().any(|read| read[2] == Some(0)) {
            println!("{what}");
        }
    }
}
