//! A failure happens again along its schedule, and along no other by chance.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};

use explorer::{Kind, Replayed, Schedule, Settings, Watch, explore_watched, replay};
use lanes::sync::atomic::{AtomicBool, AtomicU32};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Condvar, Mutex, hint, thread};

struct Nobody;

impl Watch for Nobody {}

type Program = Arc<dyn Fn() + Send + Sync>;

/// Runs the two as threads.
fn two<W: Send + Sync + 'static>(world: fn() -> W, first: fn(&W), second: fn(&W)) -> Program {
    Arc::new(move || {
        let world = Arc::new(world());
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || second(&world)
        });
        first(&world);
        other.join().unwrap();
    })
}

#[derive(Default)]
struct Shared(UnsafeCell<u32>);

// SAFETY: every use of it is explored, and one that races is what a test is about.
unsafe impl Sync for Shared {}

/// Programs that fail in all ways there are, and with what.
fn failing() -> Vec<(Kind, Program)> {
    let race = two(
        || (Shared::default(), AtomicBool::new(false)),
        |(data, ready)| {
            // SAFETY: the cell is alive, and the explorer watches whether others use it.
            data.0.with_mut(|it| unsafe { *it = 1 });
            ready.store(true, Relaxed);
        },
        |(data, ready)| {
            if ready.load(Acquire) {
                // SAFETY: as above.
                data.0.with(|it| unsafe { *it });
            }
        },
    );
    let lost_update: Program = Arc::new(|| {
        let x = Arc::new(AtomicU32::new(0));
        let add = |x: &AtomicU32| x.store(x.load(Relaxed) + 1, Relaxed);
        let other = thread::spawn({
            let x = Arc::clone(&x);
            move || add(&x)
        });
        add(&x);
        other.join().unwrap();
        assert_eq!(x.load(Relaxed), 2);
    });
    let old_value = two(
        || (AtomicU32::new(0), AtomicU32::new(0)),
        |(x, y)| {
            x.store(1, Relaxed);
            y.store(1, Relaxed);
        },
        |(x, y)| {
            if y.load(Acquire) == 1 {
                assert_eq!(x.load(Relaxed), 1);
            }
        },
    );
    // Each has stored both, and neither store of the first is the last: two plus two writes, which takes stores that are put
    // before others.
    let put_before: Program = Arc::new(|| {
        let both = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
        let other = thread::spawn({
            let both = Arc::clone(&both);
            move || {
                both.1.store(1, Relaxed);
                both.0.store(2, Relaxed);
            }
        });
        both.0.store(1, Relaxed);
        both.1.store(2, Relaxed);
        other.join().unwrap();
        assert_ne!((both.0.load(Relaxed), both.1.load(Relaxed)), (1, 1));
    });
    let deadlock = two(
        || (Mutex::new(()), Mutex::new(())),
        |(a, b)| {
            let _a = a.lock();
            let _b = b.lock();
        },
        |(a, b)| {
            let _b = b.lock();
            let _a = a.lock();
        },
    );
    let if_for_while = two(
        || (Mutex::new(0), Condvar::new()),
        |(m, v)| {
            *m.lock().unwrap() += 1;
            v.notify_one();
        },
        |(m, v)| {
            let mut items = m.lock().unwrap();
            if *items == 0 {
                items = v.wait(items).unwrap();
            }
            assert_eq!(*items, 1);
        },
    );
    let never_told = two(
        || (Mutex::new(0), Condvar::new()),
        |(m, _)| *m.lock().unwrap() += 1,
        |(m, v)| {
            let mut items = m.lock().unwrap();
            while *items == 0 {
                items = v.wait(items).unwrap();
            }
        },
    );
    let spins = two(
        || AtomicBool::new(false),
        |_| {},
        |flag| while !flag.load(Acquire) {},
    );
    let after_you = two(
        || [AtomicBool::new(false), AtomicBool::new(false)],
        |[mine, yours]| give_way(mine, yours),
        |[yours, mine]| give_way(mine, yours),
    );
    let leak: Program = Arc::new(|| {
        let layout = std::alloc::Layout::new::<u32>();
        let other = thread::spawn(move || {
            // SAFETY: a `u32` is not empty.
            unsafe { lanes::sync::alloc::alloc(layout) };
        });
        other.join().unwrap();
    });
    vec![
        (Kind::Race, race),
        (Kind::Panic, lost_update),
        (Kind::Panic, old_value),
        (Kind::Panic, put_before),
        (Kind::Deadlock, deadlock),
        (Kind::Panic, if_for_while),
        (Kind::Deadlock, never_told),
        (Kind::Livelock, spins),
        (Kind::Livelock, after_you),
        (Kind::Leak, leak),
    ]
}

fn give_way(mine: &AtomicBool, yours: &AtomicBool) {
    mine.store(true, SeqCst);
    while yours.load(SeqCst) {
        mine.store(false, SeqCst);
        hint::spin_loop();
        mine.store(true, SeqCst);
    }
    mine.store(false, SeqCst);
}

fn run_again(program: &Program, schedule: &Schedule) -> Replayed {
    let program = Arc::clone(program);
    replay(&Settings::default(), move || program(), schedule, &Nobody)
}

#[test]
fn every_failure_happens_again_along_its_schedule() {
    for (i, (kind, program)) in failing().iter().enumerate() {
        let settings = Settings {
            stop: true,
            ..Settings::default()
        };
        let found = explore_watched(
            &settings,
            {
                let program = Arc::clone(program);
                move || program()
            },
            &Nobody,
        );
        let [failure] = &found.failures[..] else {
            panic!("program {i} has no failure, or more than one");
        };
        assert_eq!(failure.kind, *kind, "program {i}");
        let text = failure.schedule.to_string();
        let schedule: Schedule = text.parse().unwrap();
        assert_eq!(schedule, failure.schedule, "{text}");
        let Replayed::Failed(again) = run_again(program, &schedule) else {
            panic!("program {i} does not fail along {text}");
        };
        assert_eq!(again.kind, *kind, "{text}");
        assert_eq!(again.steps, failure.steps, "{text}");
        assert_eq!(again.thread, failure.thread, "{text}");
        assert_eq!(again.schedule, schedule);
    }
}

#[test]
fn another_schedule_passes_or_does_not_fit() {
    let (_, lost_update) = failing().swap_remove(1);
    let run = |text: &str| run_again(&lost_update, &text.parse().unwrap());
    // All of T0 that can be done before T1, and then the rest.
    assert!(matches!(run("0x4"), Replayed::Passed));
    assert!(matches!(run(""), Replayed::Passed));
    let misfit = |text: &str| match run(text) {
        Replayed::Misfit { steps, why } => (steps, why),
        other => panic!("{other:?}"),
    };
    assert_eq!(misfit("1x1"), (0, String::from("T1 has not been started")));
    assert_eq!(misfit("0x9").1, "T0 has ended, or waits");
    assert_eq!(misfit("0x2.0r7").1, "T0 is at a step that cannot go so");
    assert_eq!(misfit("0x2.0s").1, "T0 is at a step that cannot go so");
    assert!(misfit("0x2~0x1").1.starts_with("what goes round for ever"));
}

#[test]
fn what_is_no_schedule_is_said() {
    for (text, part) in [
        ("0", "0"),
        ("x5", "x5"),
        ("0x", "0x"),
        ("0x-1", "0x-1"),
        ("0x+1", "0x+1"),
        ("0x1..1x1", ""),
        ("0x1 1x1", "0x1 1x1"),
        ("0x1.0q1", "0q1"),
        ("0t1", "0t1"),
        ("0ä1", "0ä1"),
        ("0x99999999999999999999", "0x99999999999999999999"),
        ("0x999999999", "0x999999999"),
    ] {
        let error = text.parse::<Schedule>().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("`{part}` is no part")),
            "{error}"
        );
    }
}
