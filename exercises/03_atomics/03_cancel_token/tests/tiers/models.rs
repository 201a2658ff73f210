//! Every schedule of a small world, explored by `lanes`.
//!
//! Time stands still in a model, unless the model moves it; and a wait with a limit may end at any moment.

use std::sync::Arc;
use std::time::Duration;

use crate::sync::atomic::{AtomicU64, Ordering::Relaxed};
use crate::sync::cell::UnsafeCell;
use crate::sync::{at_each_sleep, thread};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cancel_token.rs"));
}
pub(crate) use source::{CancelToken, Reason};

/// A token whose clock stands still.
fn root() -> CancelToken {
    CancelToken::with_clock(|| Duration::ZERO)
}

/// set → look: whoever is told that a token is cancelled is told why.
#[test]
fn the_reason_comes_with_the_flag() {
    lanes::model(|| {
        let token = root();
        let other = thread::spawn({
            let token = token.clone();
            move || token.cancel("stop")
        });
        if let Some(reason) = token.reason() {
            assert_eq!(reason, Reason::Asked("stop"));
        }
        other.join().unwrap();
        assert!(token.is_cancelled());
    });
}

/// cancel → look, for all that came before it, and for a token below: the flag announces more than the reason.
#[test]
fn what_came_before_the_cancel_is_seen_below() {
    struct Report(UnsafeCell<u32>);
    // SAFETY: it is written before the token is cancelled, and read after that was seen.
    unsafe impl Sync for Report {}

    lanes::model(|| {
        let report = Arc::new(Report(UnsafeCell::new(0)));
        let token = root();
        let below = token.child();
        let other = thread::spawn({
            let report = Arc::clone(&report);
            move || {
                // SAFETY: nobody reads yet.
                report.0.with_mut(|report| unsafe { *report = 7 });
                token.cancel("done");
            }
        });
        if below.is_cancelled() {
            // SAFETY: what came before the cancel happened before this.
            assert_eq!(report.0.with(|report| unsafe { *report }), 7);
        }
        other.join().unwrap();
    });
}

/// Two cancel at once: one of them is first, and its reason stands from then on.
#[test]
fn two_that_cancel_at_once_agree() {
    lanes::model(|| {
        let token = root();
        let other = thread::spawn({
            let token = token.clone();
            move || {
                token.cancel("left");
                token.reason()
            }
        });
        token.cancel("right");
        let mine = token.reason();
        let theirs = other.join().unwrap();
        assert!(mine.is_some());
        assert_eq!(mine, theirs, "one token, and two reasons");
    });
}

/// cancel against `child`: a child is registered in time to be reached, or is born cancelled.
#[test]
fn a_child_being_made_is_reached() {
    lanes::model(|| {
        let token = root();
        let maker = thread::spawn({
            let token = token.clone();
            move || token.child()
        });
        token.cancel("stop");
        let child = maker.join().unwrap();
        assert_eq!(
            child.reason(),
            Some(Reason::Asked("stop")),
            "the parent is cancelled, and the child was made meanwhile: nobody will ever tell it"
        );
    });
}

/// cancel against the drop of a child: nobody waits for himself, and nothing is left on the list.
#[test]
fn a_child_may_go_while_its_parent_is_cancelled() {
    lanes::model(|| {
        let token = root();
        let child = token.child();
        let other = thread::spawn(move || drop(child));
        token.cancel("stop");
        other.join().unwrap();
        assert_eq!(token.children(), 0);
    });
}

/// No leak, where nobody cancels: children come and go, also at once, and the model misses none of them.
#[test]
fn children_that_come_and_go_leave_nothing() {
    lanes::model(|| {
        let token = root();
        let other = thread::spawn({
            let token = token.clone();
            move || drop(token.child())
        });
        drop(token.child());
        other.join().unwrap();
    });
}

/// cancel → wait: who waits is woken, and who is about to wait does not fall asleep.
#[test]
fn a_cancel_wakes_who_waits() {
    lanes::model(|| {
        let token = root();
        let other = thread::spawn({
            let token = token.clone();
            move || token.cancel("stop")
        });
        assert_eq!(token.wait(), Reason::Asked("stop"));
        other.join().unwrap();
    });
}

/// The same, for one who waits below.
#[test]
fn a_cancel_wakes_who_waits_below() {
    lanes::model(|| {
        let token = root();
        let child = token.child();
        let waiter = thread::spawn(move || child.wait());
        token.cancel("stop");
        assert_eq!(waiter.join().unwrap(), Reason::Asked("stop"));
    });
}

/// The same, for one who waits above: a token that has children wakes its own waiters, too.
#[test]
fn a_cancel_wakes_who_waits_above() {
    lanes::model(|| {
        let token = root();
        let child = token.child();
        let waiter = thread::spawn({
            let token = token.clone();
            move || token.wait()
        });
        token.cancel("stop");
        assert_eq!(waiter.join().unwrap(), Reason::Asked("stop"));
        assert_eq!(child.reason(), Some(Reason::Asked("stop")));
    });
}

/// A deadline that is noticed wakes who waits, and reaches what is below, as any cancellation does.
#[test]
fn a_deadline_that_is_noticed_wakes_who_waits_below() {
    lanes::model(|| {
        let now = Arc::new(AtomicU64::new(0));
        let token = CancelToken::with_clock({
            let now = Arc::clone(&now);
            move || Duration::from_secs(now.load(Relaxed))
        });
        let request = token.child_with_timeout(Duration::from_secs(5));
        let query = request.child();
        let waiter = thread::spawn({
            let query = query.clone();
            move || query.wait()
        });
        now.store(5, Relaxed);
        assert_eq!(request.reason(), Some(Reason::DeadlinePassed));
        assert_eq!(waiter.join().unwrap(), Reason::DeadlinePassed);
    });
}

/// All of them, and not one.
#[test]
fn a_cancel_wakes_all_who_wait() {
    lanes::model(|| {
        let token = root();
        let waiters =
            [token.clone(), token.clone()].map(|token| thread::spawn(move || token.wait()));
        token.cancel("stop");
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Reason::Asked("stop"));
        }
    });
}

/// A wait with a limit ends with the reason or without one, and never with a wrong one.
#[test]
fn a_limit_and_a_cancel_race() {
    lanes::model(|| {
        let now = Arc::new(AtomicU64::new(0));
        let token = CancelToken::with_clock({
            let now = Arc::clone(&now);
            move || Duration::from_secs(now.load(Relaxed))
        });
        let waiter = thread::spawn({
            let token = token.clone();
            move || token.wait_timeout(Duration::from_secs(5))
        });
        now.store(5, Relaxed);
        token.cancel("stop");
        if let Some(reason) = waiter.join().unwrap() {
            assert_eq!(reason, Reason::Asked("stop"));
        }
    });
}

/// A deadline is noticed while somebody cancels: one of the two is first, and whoever asked was told that one.
#[test]
fn a_deadline_and_a_cancel_agree() {
    lanes::model(|| {
        let now = Arc::new(AtomicU64::new(0));
        let token = CancelToken::with_clock({
            let now = Arc::clone(&now);
            move || Duration::from_secs(now.load(Relaxed))
        });
        let child = token.child_with_timeout(Duration::from_secs(5));
        now.store(5, Relaxed);
        let other = thread::spawn({
            let child = child.clone();
            move || child.cancel("stop")
        });
        let told = child.reason();
        other.join().unwrap();
        assert!(told.is_some(), "its deadline has passed");
        assert_eq!(told, child.reason(), "one token, and two reasons");
    });
}

/// deadline → wait: who waits looks at the clock again before it sleeps on.
#[test]
fn a_deadline_ends_a_wait() {
    lanes::model(|| {
        let now = Arc::new(AtomicU64::new(0));
        let token = CancelToken::with_clock({
            let now = Arc::clone(&now);
            move || Duration::from_secs(now.load(Relaxed))
        });
        let child = token.child_with_timeout(Duration::from_secs(5));
        let waiter = thread::spawn(move || child.wait());
        now.store(5, Relaxed);
        assert_eq!(waiter.join().unwrap(), Reason::DeadlinePassed);
        assert_eq!(token.reason(), None, "a deadline does not reach up");
    });
}

/// A wait that is woken before its time sleeps for what is left, and not for all of it once more. (Here each look at the clock
/// takes seven seconds, and each sleep ends at once.)
#[test]
fn whoever_sleeps_again_sleeps_for_what_is_left() {
    lanes::Model::new().allow_one_schedule().check(|| {
        let looks = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let token = CancelToken::with_clock({
            let looks = std::sync::Arc::clone(&looks);
            move || Duration::from_secs(7 * looks.fetch_add(1, Relaxed))
        });
        let limit = Duration::from_secs(40);
        let look = move |time: Duration| {
            // Who looked at the clock two or three times before is not refused for that.
            let now = Duration::from_secs(7 * looks.load(Relaxed).saturating_sub(4));
            assert!(
                now + time <= limit,
                "about to sleep for {time:?}, at {now:?} or later, in a wait until {limit:?} at most: when was it computed how \
                 much is left?"
            );
        };
        let reason = at_each_sleep(look, || token.wait_timeout(limit));
        assert_eq!(reason, None);
    });
}
