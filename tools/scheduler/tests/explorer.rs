//! The explorer on programs whose schedules can be counted by hand, and the merging of equal states.

use scheduler::sync::atomic::{AtomicU32, Ordering::SeqCst};
use scheduler::sync::{Arc, Condvar, Mutex, thread};
use scheduler::{LEVELS, Outcome, explore, explore_tree};

/// That many threads add one each, in two steps.
fn lose_updates(threads: usize) -> impl Fn() + Sync {
    move || {
        let hits = Arc::new(AtomicU32::new(0));
        let add = |_| {
            let hits = Arc::clone(&hits);
            thread::spawn(move || hits.store(hits.load(SeqCst) + 1, SeqCst))
        };
        let added: Vec<_> = (0..threads).map(add).collect();
        for thread in added {
            thread.join().unwrap();
        }
        assert_eq!(hits.load(SeqCst) as usize, threads);
    }
}

#[test]
fn schedules_are_counted_as_by_hand() {
    // Two steps each: 4! / 2! 2! orders, of which 2 run one thread after the other.
    assert_eq!(explore(lose_updates(2)).schedules(), (6, 6 - 2));
    // 6! / 2! 2! 2! orders, 3! of them one thread after the other.
    assert_eq!(explore(lose_updates(3)).schedules(), (90, 90 - 6));
    // 8! / 2! 2! 2! 2! orders, 4! of them one thread after the other.
    assert_eq!(explore(lose_updates(4)).schedules(), (2520, 2520 - 24));
}

#[test]
fn merging_changes_no_count() {
    assert_eq!(explore_tree(lose_updates(3)).schedules(), (90, 84));
    for level in LEVELS {
        let merged = level.explore().map(|it| it.schedules());
        // A tree has a run for every schedule.
        if merged.iter().any(|&(all, _)| all > 1_000) {
            continue;
        }
        let tree = [level.broken, level.fixed].map(|it| explore_tree(it).schedules());
        assert_eq!(merged, tree, "{}", level.name);
    }
}

#[test]
fn a_wait_without_a_loop_ends_for_no_reason() {
    let graph = explore(|| {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let waiter = thread::spawn({
            let pair = Arc::clone(&pair);
            move || {
                let guard = pair.0.lock().unwrap();
                let guard = pair.1.wait(guard).unwrap();
                assert!(*guard, "not yet");
            }
        });
        waiter.join().unwrap();
    });
    let outcomes: Vec<_> = graph.outcomes().collect();
    assert!(outcomes.iter().any(|it| matches!(it, Outcome::Failed(..))));
    assert!(outcomes.iter().any(|it| matches!(it, Outcome::Stuck(_))));
}

#[test]
#[should_panic(expected = "not do the same when it was run the same way")]
fn a_program_with_a_mind_of_its_own_is_refused() {
    let runs = std::sync::atomic::AtomicU32::new(0);
    explore(|| {
        let x = Arc::new(AtomicU32::new(0));
        let odd = runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 2;
        let other = thread::spawn({
            let x = Arc::clone(&x);
            move || (0..=odd).for_each(|_| x.store(1, SeqCst))
        });
        for _ in 0..2 - odd {
            x.load(SeqCst);
        }
        other.join().unwrap();
    });
}
