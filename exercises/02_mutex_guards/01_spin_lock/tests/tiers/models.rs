//! Every schedule of a small world, explored by `lanes`.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::sync::thread;
use crate::sync::watch::{Step, begin_anew, watched};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/spin_lock.rs"));
}
use source::SpinLock;

/// unlock → next lock: the thread that gets the lock sees what was written under it before.
#[test]
fn two_threads_lose_no_increment() {
    lanes::model(|| {
        let hits = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock() += 1
        });
        *hits.lock() += 1;
        other.join().unwrap();
        assert_eq!(
            *hits.lock(),
            2,
            "an increment is lost: both threads were inside at once"
        );
    });
}

/// unlock → next try_lock: the same edge, for a caller that does not wait.
#[test]
fn a_try_lock_that_succeeds_sees_the_last_write() {
    lanes::model(|| {
        let hits = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock() += 1
        });
        let seen = hits.try_lock().map(|mut hits| {
            *hits += 1;
            *hits
        });
        other.join().unwrap();
        let expected = 1 + i32::from(seen.is_some());
        let free = hits.try_lock();
        assert!(
            free.is_some(),
            "refused, though nobody holds the lock: can your compare-exchange fail for no reason?"
        );
        assert_eq!(
            free.map(|hits| *hits),
            Some(expected),
            "an increment is lost: both threads were inside at once"
        );
    });
}

/// Mutual exclusion among threads that do not wait: of two that try at once, one holds the lock.
#[test]
fn two_try_locks_never_both_succeed() {
    lanes::model(|| {
        let lock = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            // Forgotten, so never unlocked: whoever comes second must be refused.
            move || lock.try_lock().map(std::mem::forget).is_some()
        });
        let mine = lock.try_lock().map(std::mem::forget).is_some();
        let theirs = other.join().unwrap();
        assert!(!(mine && theirs), "both threads hold the lock");
        assert!(
            mine || theirs,
            "the lock was free, yet neither thread got it"
        );
    });
}

/// Only its own guard opens a lock: whatever others do, the lock stays locked while the guard is alive.
#[test]
fn nobody_opens_a_lock_that_another_holds() {
    lanes::model(|| {
        let lock = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                drop(lock.try_lock());
                drop(lock.lock());
            }
        });
        let guard = lock.lock();
        assert!(
            lock.try_lock().is_none(),
            "a second guard while the first is alive: who has opened the lock?"
        );
        drop(guard);
        other.join().unwrap();
    });
}

/// unlock → next `lock_patiently`, and its unlock → next `lock`: a look is not the exchange, and waiting differently
/// changes nothing about what is handed over.
#[test]
fn a_patient_thread_and_another_lose_no_increment() {
    beside_a_patient_thread(|hits| *hits.lock() += 1);
}

/// The same among patient threads: both may see that the lock looks free, and one of them gets it.
#[test]
fn two_patient_threads_lose_no_increment() {
    beside_a_patient_thread(|hits| *hits.lock_patiently() += 1);
}

fn beside_a_patient_thread(add_one: fn(&SpinLock<i32>)) {
    lanes::model(move || {
        let hits = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock_patiently() += 1
        });
        add_one(&hits);
        other.join().unwrap();
        assert_eq!(
            *hits.lock(),
            2,
            "an increment is lost: both threads were inside at once"
        );
    });
}

/// Look → exchange: a patient waiter takes no step that wants the cache line for itself, unless it has just seen that the
/// lock is free. (It may begin with one.)
#[test]
fn a_patient_waiter_looks_before_each_exchange() {
    watch_a_patient_waiter(4, |steps| {
        let may_exchange = match steps {
            [.., before, Step::Exchange] => *before == Step::SeesFree,
            _ => true,
        };
        assert!(
            may_exchange,
            "an exchange, and no look before it that found the lock free: look with a `load`, each time, and only then exchange"
        );
    });
}

/// Pauses: short at first, then each at least twice as long as the one before, and none longer than the longest.
#[test]
fn a_patient_waiter_pauses_longer_and_longer_up_to_a_limit() {
    watch_a_patient_waiter(12, |steps| {
        let pauses = pauses(steps);
        let spins: Vec<usize> = pauses
            .iter()
            .take_while(|pause| pause.yields == 0)
            .map(|pause| pause.spins)
            .collect();
        assert!(
            spins.iter().all(|&spins| spins <= LONGEST_PAUSE),
            "a pause of more than {LONGEST_PAUSE} `spin_loop`s, and no look in between: the lock may be free by now"
        );
        let Some((_, complete)) = spins.split_last() else {
            return;
        };
        assert!(
            complete.first().is_none_or(|&first| first <= 2),
            "the first pause has {} `spin_loop`s: begin with one, for the lock may be free in a moment",
            complete[0]
        );
        let grows = |pair: &[usize]| pair[1] >= 2 * pair[0] || pair[1] == LONGEST_PAUSE;
        assert!(
            complete.windows(2).all(grows),
            "pauses of {complete:?} `spin_loop`s: each should be twice as long as the one before, up to {LONGEST_PAUSE}"
        );
    });
}

/// Yields: a waiter that has spun for long enough, and only then, lets others have its processor. One of them may be the
/// holder.
#[test]
fn a_patient_waiter_yields_when_its_pauses_are_long() {
    watch_a_patient_waiter(12, |steps| {
        let pauses = pauses(steps);
        let Some((_, complete)) = pauses.split_last() else {
            return;
        };
        let Some(first) = complete.iter().position(|pause| pause.yields > 0) else {
            assert!(
                complete.len() < 9,
                "nine pauses, and no `yield_now`: the holder may be waiting for this very processor"
            );
            return;
        };
        let (before, since) = complete.split_at(first);
        let spun: usize = before.iter().map(|pause| pause.spins).sum();
        assert!(
            spun >= LONGEST_PAUSE / 2,
            "it yields after {spun} `spin_loop`s already: a short section is over before the operating system answers"
        );
        assert!(
            since.iter().all(|pause| pause.yields > 0),
            "it has yielded, and then it spins again without"
        );
    });
}

/// Looks again: however long it takes, there is a pause after each look and a look after each pause.
#[test]
fn a_patient_waiter_looks_again_however_long_it_takes() {
    watch_a_patient_waiter(80, |steps| {
        let in_a_row = |these: &[Step]| {
            let last = steps.iter().rev();
            last.take_while(|step| these.contains(step)).count()
        };
        assert!(
            in_a_row(&[Step::Spin, Step::Yield]) <= 2 * LONGEST_PAUSE,
            "it pauses and pauses, and does not look: how is it to see that the lock is free?"
        );
        assert!(
            in_a_row(&[Step::SeesTaken]) < 16,
            "sixteen looks, and no pause: call `spin_loop` or `yield_now` in between"
        );
    });
}

/// As the documentation of `lock_patiently` has it.
const LONGEST_PAUSE: usize = 64;

/// What a waiter does between two looks.
#[derive(Clone, Copy, Default)]
struct Pause {
    spins: usize,
    yields: usize,
}

/// Its pauses until it sees that the lock is free. The last one may be going on.
fn pauses(steps: &[Step]) -> Vec<Pause> {
    let until_free = steps.split(|step| *step == Step::SeesFree).next();
    let between_looks = until_free
        .unwrap_or_default()
        .split(|step| matches!(step, Step::SeesTaken | Step::Exchange));
    let pauses = between_looks.filter(|pause| !pause.is_empty());
    let count = |pause: &[Step], what| pause.iter().filter(|step| **step == what).count();
    pauses
        .map(|pause| Pause {
            spins: count(pause, Step::Spin),
            yields: count(pause, Step::Yield),
        })
        .collect()
}

/// One thread waits with `lock_patiently`, for a lock that is taken until it has looked so many times. It sees that the lock is
/// free; but another is faster, and holds the lock for two looks more. `check` sees what it has done, after each of its steps.
fn watch_a_patient_waiter(looks: usize, check: fn(&[Step])) {
    lanes::Model::new().allow_one_schedule().check(move || {
        begin_anew();
        let lock: &'static SpinLock<i32> = Box::leak(Box::new(SpinLock::new(0)));
        let holder = Rc::new(RefCell::new(Some(lock.lock())));
        let others = {
            let holder = Rc::clone(&holder);
            let mut until = looks;
            let mut is_faster = true;
            move |steps: &[Step]| {
                check(steps);
                let is_look = |step: &&Step| !matches!(step, Step::Spin | Step::Yield);
                let looks = steps.iter().filter(is_look).count();
                if is_faster && steps.last() == Some(&Step::SeesFree) {
                    is_faster = false;
                    until = looks + 2;
                    holder.replace(lock.try_lock());
                } else if looks >= until {
                    drop(holder.take());
                }
            }
        };
        let guard = watched(others, || lock.lock_patiently());
        assert!(
            holder.borrow().is_none(),
            "`lock_patiently` went in while another was inside"
        );
        drop(guard);
    });
}
