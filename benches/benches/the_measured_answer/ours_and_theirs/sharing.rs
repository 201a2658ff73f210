//! What threads own together, count, wait for, ask and borrow.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bench_kit::{Comparison, crowded, crowds, named};
use benches::atomics::admission::{Governor, taken};
use benches::atomics::counters::{SHARDS, added};
use benches::atomics::once::reads;
use benches::atomics::owners::{cloned, upgraded};
use benches::lock_free_queues::pools::{Buffer, ByGuard, borrowed};
use benches::ours;
use benches::release::work;
use benches::scope_cleanup::room::{Room, visits};
use criterion::Criterion;
use ours::cancel_token::CancelToken;
use ours::counters::{AtomicCounter, ShardedCounter};
use ours::object_pool::Pool;
use ours::scope_guard::ScopeGuard;
use ours::token_bucket::TokenBucket;
use ours::wait_group::{Task, WaitGroup};
use tokio_util::sync::CancellationToken;

use super::pair;

/// How large a borrowed buffer is.
const SIZE: usize = 1 << 10;

pub(super) fn sharing(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "ours_and_theirs_sharing",
        "Our guards, counts, owners and limits beside those of std and of the crates",
    )
    .with_crate("crossbeam-queue")
    .with_crate("crossbeam-utils")
    .with_crate("governor")
    .with_crate("oneshot")
    .with_crate("scopeguard")
    .with_crate("tokio-util");
    comparison = for_one(comparison);
    for threads in crowds() {
        comparison = for_many(comparison, threads);
    }
    comparison.run(criterion);
}

/// What belongs to one thread; or, for a channel for one value, what is left without the other thread.
fn for_one(comparison: Comparison) -> Comparison {
    let comparison = pair(
        comparison,
        "scopeguard",
        |n| {
            visits(n, 1, |room| {
                room.enter();
                let _guard = scopeguard::guard(room, Room::leave);
                work();
            })
        },
        "scope_guard",
        |n| {
            visits(n, 1, |room| {
                room.enter();
                let _guard = ScopeGuard::new(room, Room::leave);
                work();
            })
        },
    );
    pair(
        comparison,
        "oneshot: made, sent, received",
        |n| {
            sent(n, |number| {
                let (sender, receiver) = oneshot::channel();
                sender.send(number).expect("the receiver is there");
                receiver.recv().expect("it was sent")
            })
        },
        "one_shot: made, sent, received",
        |n| {
            sent(n, |number| {
                let (sender, receiver) = ours::one_shot::channel();
                sender.send(number).expect("the receiver is there");
                receiver.recv().expect("it was sent")
            })
        },
    )
}

fn sent(rounds: u64, round: impl Fn(u64) -> u64) -> Duration {
    let mut total = 0;
    let start = Instant::now();
    for number in 1..=rounds {
        total += round(black_box(number));
    }
    let elapsed = start.elapsed();
    assert_eq!(total, rounds * (rounds + 1) / 2, "what was received");
    elapsed
}

fn for_many(mut comparison: Comparison, threads: u32) -> Comparison {
    let label = |name| named(name, threads);
    comparison = pair(
        comparison,
        &label("std Arc: clone, drop"),
        move |n| cloned::<Arc<u64>>(threads, n),
        &label("arc: clone, drop"),
        move |n| cloned::<ours::arc::Arc<u64>>(threads, n),
    );
    comparison = pair(
        comparison,
        &label("std Weak: upgrade, drop"),
        move |n| upgraded::<Arc<u64>>(threads, n),
        &label("arc: upgrade, drop"),
        move |n| upgraded::<ours::arc::Arc<u64>>(threads, n),
    );
    comparison = pair(
        comparison,
        &label("std OnceLock"),
        move |n| reads(threads, n, OnceLock::new, |once| *once.get_or_init(|| 7)),
        &label("once_lock"),
        move |n| {
            reads(threads, n, ours::once_lock::OnceLock::new, |once| {
                *once.get_or_init(|| 7)
            })
        },
    );
    let atomic = label("std AtomicU64");
    comparison = pair(
        comparison,
        &atomic,
        move |n| one_added(threads, n),
        &label("counters: AtomicCounter"),
        move |n| added(threads, n, AtomicCounter::new),
    )
    .row(label("counters: ShardedCounter"), Some(&atomic), move |n| {
        added(threads, n, || ShardedCounter::new(SHARDS))
    });
    comparison = pair(
        comparison,
        &label("crossbeam WaitGroup"),
        move |n| done::<crossbeam_utils::sync::WaitGroup>(threads, n),
        &label("wait_group"),
        move |n| done::<(WaitGroup, Task)>(threads, n),
    );
    comparison = pair(
        comparison,
        &label("governor"),
        move |n| taken::<Governor>(threads, n),
        &label("token_bucket"),
        move |n| taken::<TokenBucket>(threads, n),
    );
    comparison = pair(
        comparison,
        &label("tokio-util: is it cancelled?"),
        move |n| looked_at::<CancellationToken>(threads, n),
        &label("cancel_token: is it cancelled?"),
        move |n| looked_at::<CancelToken>(threads, n),
    );
    comparison = pair(
        comparison,
        &label("tokio-util: a child, dropped"),
        move |n| child_made::<CancellationToken>(threads, n),
        &label("cancel_token: a child, dropped"),
        move |n| child_made::<CancelToken>(threads, n),
    );
    pair(
        comparison,
        &label("ArrayQueue, by guard"),
        move |n| borrowed::<ByGuard>(threads, n, SIZE),
        &label("object_pool"),
        move |n| borrowed::<Pool<Buffer>>(threads, n, SIZE),
    )
}

fn one_added(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        AtomicU64::default,
        |count| _ = black_box(count).fetch_add(1, Ordering::Relaxed),
        |count, all| assert_eq!(count.load(Ordering::Relaxed), all),
    )
}

/// Those that are waited for.
trait Group: Sync {
    fn fresh() -> Self;
    /// Counted up, counted down.
    fn task(&self);
    fn is_done(&self) -> bool;
}

/// Another task is alive all the time, as the crate's group counts itself: neither reaches zero, and neither has a waiter
/// to notify.
impl Group for (WaitGroup, Task) {
    fn fresh() -> Self {
        let group = WaitGroup::new();
        let first = group.add();
        (group, first)
    }

    fn task(&self) {
        drop(self.0.add());
    }

    fn is_done(&self) -> bool {
        self.0.pending() == 1
    }
}

impl Group for crossbeam_utils::sync::WaitGroup {
    fn fresh() -> Self {
        Self::new()
    }

    fn task(&self) {
        drop(self.clone());
    }

    /// It counts itself, and tells only in its debug output.
    fn is_done(&self) -> bool {
        format!("{self:?}") == "WaitGroup { count: 1 }"
    }
}

fn done<G: Group>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        G::fresh,
        |group| black_box(group).task(),
        |group, _| assert!(group.is_done(), "a task is not done"),
    )
}

/// Something that tells whether to go on.
trait Token: Sync {
    fn fresh() -> Self;
    fn is_cancelled(&self) -> bool;
    fn child(&self) -> Self;
}

impl Token for CancelToken {
    fn fresh() -> Self {
        Self::new()
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled()
    }

    fn child(&self) -> Self {
        self.child()
    }
}

impl Token for CancellationToken {
    fn fresh() -> Self {
        Self::new()
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled()
    }

    fn child(&self) -> Self {
        self.child_token()
    }
}

fn looked_at<T: Token>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        T::fresh,
        |token| assert!(!black_box(token).is_cancelled(), "it is not cancelled"),
        |token, _| assert!(!token.is_cancelled(), "it is not cancelled"),
    )
}

fn child_made<T: Token>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        T::fresh,
        |token| drop(black_box(token).child()),
        |token, _| assert!(!token.is_cancelled(), "a child cancels only itself"),
    )
}
