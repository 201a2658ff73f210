//! One word and several threads: what an atomic operation costs, and what it costs to be neighbours.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::time::{Duration, Instant};

use bench_kit::{Comparison, OwnLine, at_work, crowded, crowds, named};
use criterion::Criterion;

/// All threads add one to the same word: in one operation that cannot fail, or in a loop around one that can.
pub(crate) fn loop_or_step(criterion: &mut Criterion) {
    let mut comparison = Comparison::new("loop_or_step", "Several threads add one to one word");
    for threads in crowds() {
        let baseline = named("fetch_add", threads);
        let add = move |step: fn(&AtomicU64)| {
            move |n| {
                crowded(
                    threads,
                    n,
                    AtomicU64::default,
                    move |word| step(black_box(word)),
                    |word, all| assert_eq!(word.load(Ordering::Relaxed), all),
                )
            }
        };
        comparison = comparison
            .row(&baseline, Some(&baseline), add(by_fetch_add))
            .row(
                named("compare_exchange_weak in a loop", threads),
                Some(&baseline),
                add(by_compare_exchange),
            );
    }
    comparison.run(criterion);
}

fn by_fetch_add(word: &AtomicU64) {
    word.fetch_add(1, Ordering::Relaxed);
}

fn by_compare_exchange(word: &AtomicU64) {
    let mut old = word.load(Ordering::Relaxed);
    while let Err(current) =
        word.compare_exchange_weak(old, old + 1, Ordering::Relaxed, Ordering::Relaxed)
    {
        old = current;
    }
}

/// Every thread adds to a word of its own. They share nothing, unless the words share a line of the cache.
pub(crate) fn false_sharing(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "false_sharing",
        "Every thread adds one to a word of its own",
    );
    for threads in crowds() {
        let baseline = named("a line for each", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                own_words::<[OwnLine<AtomicU64>; 8]>(threads, n)
            })
            .row(named("side by side", threads), Some(&baseline), move |n| {
                own_words::<[AtomicU64; 8]>(threads, n)
            });
    }
    comparison.run(criterion);
}

/// A word for each thread, eight at most.
trait Words: Default + Sync {
    fn word(&self, thread: usize) -> &AtomicU64;
}

impl Words for [AtomicU64; 8] {
    fn word(&self, thread: usize) -> &AtomicU64 {
        &self[thread]
    }
}

impl Words for [OwnLine<AtomicU64>; 8] {
    fn word(&self, thread: usize) -> &AtomicU64 {
        &self[thread].0
    }
}

fn own_words<W: Words>(threads: u32, rounds: u64) -> Duration {
    at_work(
        threads,
        rounds,
        W::default,
        |words, me| {
            for _ in 0..rounds {
                by_fetch_add(black_box(words).word(me));
            }
        },
        |words, all| {
            let sum: u64 = (0..8)
                .map(|thread| words.word(thread).load(Ordering::Relaxed))
                .sum();
            assert_eq!(sum, all);
        },
    )
}

/// One thread, one word that no other thread knows: what do the orderings and the fences themselves cost?
pub(crate) fn orderings(criterion: &mut Criterion) {
    const STORE: Option<&str> = Some("store, Relaxed");
    const ADD: Option<&str> = Some("fetch_add, Relaxed");
    Comparison::new("orderings", "One thread, one word: orderings and fences")
        .row("store, Relaxed", STORE, |n| {
            alone(n, |word, n| word.store(n, Ordering::Relaxed))
        })
        .row("store, Release", STORE, |n| {
            alone(n, |word, n| word.store(n, Ordering::Release))
        })
        .row("fence(Release); store, Relaxed", STORE, |n| {
            alone(n, |word, n| {
                fence(Ordering::Release);
                word.store(n, Ordering::Relaxed);
            })
        })
        .row("store, SeqCst", STORE, |n| {
            alone(n, |word, n| word.store(n, Ordering::SeqCst))
        })
        .row("store, Relaxed; fence(SeqCst)", STORE, |n| {
            alone(n, |word, n| {
                word.store(n, Ordering::Relaxed);
                fence(Ordering::SeqCst);
            })
        })
        .row("fetch_add, Relaxed", ADD, |n| {
            alone(n, |word, _| _ = word.fetch_add(1, Ordering::Relaxed))
        })
        .row("fetch_add, SeqCst", ADD, |n| {
            alone(n, |word, _| _ = word.fetch_add(1, Ordering::SeqCst))
        })
        .run(criterion);
}

/// Changes the word to 1, 2, … `rounds`.
fn alone(rounds: u64, change: impl Fn(&AtomicU64, u64)) -> Duration {
    let OwnLine(word) = &OwnLine(AtomicU64::new(0));
    let start = Instant::now();
    for n in 1..=rounds {
        change(black_box(word), n);
    }
    let elapsed = start.elapsed();
    assert_eq!(word.load(Ordering::Relaxed), rounds);
    elapsed
}
