//! Programs whose schedules can be counted by hand, and what a game has of what may happen.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed, Ordering::SeqCst};
use lanes::sync::{Arc, Condvar, Mutex, RwLock, hint, thread};
use scheduler::{Graph, Outcome};

fn explore(program: impl Fn() + 'static) -> Graph {
    scheduler::explore(&[], program)
}

/// That many threads add one each, in two steps.
fn lose_updates(threads: usize) -> impl Fn() {
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

/// Otherwise a reader could go on and on.
#[test]
fn a_wait_in_a_loop_ends_for_no_reason_once() {
    let graph = explore(|| {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let waiter = thread::spawn(move || {
            let mut guard = pair.0.lock().unwrap();
            while !*guard {
                guard = pair.1.wait(guard).unwrap();
            }
        });
        waiter.join().unwrap();
    });
    assert_eq!(graph.schedules(), (2, 2));
}

#[test]
fn stores_count_in_the_order_in_which_they_are_made() {
    let graph = explore(|| {
        let x = Arc::new(AtomicU32::new(0));
        let threads = [1, 2].map(|value| {
            let x = Arc::clone(&x);
            thread::spawn(move || x.store(value, Relaxed))
        });
        for thread in threads {
            thread.join().unwrap();
        }
    });
    assert_eq!(graph.schedules().0, 2);
}

/// Whoever spins sees in the end what is there, even if the ordering would allow it to see the old value for ever.
#[test]
fn a_loop_that_spins_looks_again_only_when_there_is_something_new() {
    let graph = explore(|| {
        let ready = Arc::new(AtomicU32::new(0));
        let spins = thread::spawn({
            let ready = Arc::clone(&ready);
            move || {
                while ready.load(Relaxed) == 0 {
                    hint::spin_loop();
                }
            }
        });
        ready.store(1, Relaxed);
        spins.join().unwrap();
    });
    // Before the store; and after it, at once or by way of the old value.
    assert_eq!(graph.schedules(), (3, 0));
}

#[test]
#[should_panic(expected = "did not do the same when it was run the same way")]
fn a_program_with_a_mind_of_its_own_is_refused() {
    let runs = std::sync::atomic::AtomicU32::new(0);
    explore(move || {
        let x = Arc::new(AtomicU32::new(0));
        let odd = runs.fetch_add(1, Relaxed) % 2;
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

#[test]
#[should_panic(expected = "can go round for ever")]
fn a_program_that_can_go_round_for_ever_is_refused() {
    explore(|| {
        let wants = Arc::new([0, 1].map(|_| AtomicU32::new(0)));
        let enter = |wants: &[AtomicU32; 2], mine: usize| {
            wants[mine].store(1, SeqCst);
            while wants[1 - mine].load(SeqCst) == 1 {
                wants[mine].store(0, SeqCst);
                hint::spin_loop();
                wants[mine].store(1, SeqCst);
            }
        };
        let threads = [0, 1].map(|mine| {
            let wants = Arc::clone(&wants);
            thread::spawn(move || enter(&wants, mine))
        });
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
#[should_panic(expected = "has no words for Park")]
fn what_the_game_cannot_say_is_refused() {
    explore(|| {
        let _lock = RwLock::new(());
        thread::park();
    });
}
