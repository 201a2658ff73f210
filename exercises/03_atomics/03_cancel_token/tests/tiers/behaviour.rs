//! What one thread can see. The clock of these tests stands still until they move it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cancel_token::{CancelToken, DropGuard, Reason};
use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress;

const ASKED: Option<Reason> = Some(Reason::Asked("the test says so"));
const LATE: Option<Reason> = Some(Reason::DeadlinePassed);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Cancels `token`, so that its reason is [`ASKED`].
fn cancel(token: &CancelToken) {
    token.cancel("the test says so");
}

/// A clock that is moved by hand.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    fn token(&self) -> CancelToken {
        let seconds_past = Arc::clone(&self.0);
        CancelToken::with_clock(move || seconds(seconds_past.load(Relaxed)))
    }

    fn move_on(&self, seconds: u64) {
        self.0.fetch_add(seconds, Relaxed);
    }
}

/// A clock that says what a test tells it to, to the nanosecond.
#[derive(Clone, Default)]
struct Exact(Arc<Mutex<Duration>>);

impl Exact {
    fn token(&self) -> CancelToken {
        let now = Arc::clone(&self.0);
        CancelToken::with_clock(move || *now.lock().unwrap())
    }

    fn set(&self, now: Duration) {
        *self.0.lock().unwrap() = now;
    }
}

/// Clones are one token: what one of them says, all say.
#[test]
fn every_clone_says_the_same() {
    let token = CancelToken::new();
    let clone = token.clone();
    assert_eq!(clone.reason(), None, "nobody has cancelled it");
    cancel(&token);
    assert_eq!(clone.reason(), ASKED);
    assert!(clone.is_cancelled() && token.is_cancelled());
}

/// A token is cancelled once. The first reason stands, whatever comes later.
#[test]
fn the_first_reason_stands() {
    let token = CancelToken::new();
    cancel(&token);
    token.cancel("too late");
    drop(token.clone().drop_guard());
    assert_eq!(
        token.reason(),
        ASKED,
        "somebody may have acted on the first reason: it must not change under his eyes"
    );
}

/// Down: children, and children of children.
#[test]
fn reaches_everything_below() {
    let root = CancelToken::new();
    let children = [root.child(), root.child()];
    let below = children[0].child();
    let bottom = below.child();
    cancel(&root);
    for token in [&children[0], &children[1], &below, &bottom] {
        assert_eq!(
            token.reason(),
            ASKED,
            "the root is cancelled, and so is all below it"
        );
    }
}

/// Not up, and not sideways.
#[test]
fn never_reaches_what_is_above_or_beside() {
    let root = CancelToken::new();
    let (child, sibling) = (root.child(), root.child());
    let below = child.child();
    cancel(&child);
    assert_eq!(below.reason(), ASKED);
    assert_eq!(root.reason(), None, "a child's end is not its parent's");
    assert_eq!(sibling.reason(), None, "and not its sibling's");
}

/// Who comes late hears of it as well.
#[test]
fn a_child_of_a_cancelled_token_is_born_cancelled() {
    let root = CancelToken::new();
    cancel(&root);
    let child = root.child();
    assert_eq!(
        child.reason(),
        ASKED,
        "the parent was cancelled before: nobody will come and cancel this child"
    );
    assert_eq!(child.child().reason(), ASKED);
    assert_eq!(
        root.children(),
        0,
        "a child that is born cancelled has nothing more to hear: it is on nobody's list"
    );
}

/// The way from the root to a token does not depend on who holds the tokens between.
#[test]
fn a_token_whose_parent_nobody_holds_is_still_reached() {
    let root = CancelToken::new();
    let below = {
        let between = root.child();
        between.child()
    };
    cancel(&root);
    assert_eq!(
        below.reason(),
        ASKED,
        "the handle of the token between has gone, and with it the way down: what does a child keep alive?"
    );
}

/// To drop a token is not to cancel it.
#[test]
fn a_dropped_token_cancels_nothing() {
    let root = CancelToken::new();
    let child = root.child();
    drop(root.child());
    drop(root.clone());
    drop(root);
    assert_eq!(
        child.reason(),
        None,
        "the others have gone, and said nothing"
    );
}

/// No leak: a parent that lives long knows of those children that are alive, and of no others.
#[test]
fn a_parent_forgets_its_dead_children() {
    let root = CancelToken::new();
    let kept = root.child();
    let clone = root.child();
    let also_kept = clone.clone();
    drop(clone);
    for _ in 0..100 {
        let request = root.child_with_timeout(seconds(3600));
        drop(request.child());
        assert_eq!(
            request.children(),
            0,
            "its only child has gone: who takes a dead child off the list?"
        );
    }
    assert_eq!(
        root.children(),
        2,
        "a hundred children have come and gone, and two are left"
    );
    cancel(&root);
    assert_eq!([kept.reason(), also_kept.reason()], [ASKED; 2]);
    assert_eq!(
        root.children(),
        0,
        "what is cancelled has nothing more to hear"
    );
}

/// Drop: the guard cancels, however the scope ends.
#[test]
fn a_guard_cancels_on_every_way_out() {
    fn parse(token: &CancelToken, text: &str) -> Result<u32, std::num::ParseIntError> {
        let _guard = token.child().drop_guard();
        let number = text.parse()?;
        Ok(number)
    }

    let token = CancelToken::new();
    let below = token.child();
    {
        let _guard = token.clone().drop_guard();
        assert_eq!(below.reason(), None, "the guard is alive");
    }
    assert_eq!(token.reason(), Some(Reason::GuardDropped));
    assert_eq!(below.reason(), Some(Reason::GuardDropped));

    let token = CancelToken::new();
    let panic = panic_of(|| {
        let _guard = token.clone().drop_guard();
        panic_with("out");
    });
    assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
    assert_eq!(
        token.reason(),
        Some(Reason::GuardDropped),
        "by a panic, too"
    );

    let token = CancelToken::new();
    assert!(parse(&token, "seven").is_err());
    assert_eq!(parse(&token, "7"), Ok(7));
    assert_eq!(token.reason(), None, "that guard had a child's token");
}

/// A guard that is not needed any more gives back what it was made from, as it was.
#[test]
fn a_disarmed_guard_cancels_nothing() {
    let token = CancelToken::new();
    let back = token.clone().drop_guard().disarm();
    assert_eq!(
        token.reason(),
        None,
        "the guard was disarmed before it went"
    );
    cancel(&back);
    assert_eq!(token.reason(), ASKED, "what it gave back is the same token");

    let root = CancelToken::new();
    drop(root.child().drop_guard().disarm());
    assert_eq!(
        root.children(),
        0,
        "the guard has gone, and so has what it gave back, and something still holds it"
    );
}

/// A deadline passes by itself: whoever looks at the token looks at the clock.
#[test]
fn a_deadline_cancels_what_is_below_and_not_what_is_above() {
    let hand = Hand::default();
    let root = hand.token();
    let request = root.child_with_timeout(seconds(5));
    let query = request.child();
    hand.move_on(4);
    assert_eq!(
        [request.reason(), query.reason()],
        [None, None],
        "a second is left"
    );
    hand.move_on(1);
    assert_eq!(
        query.reason(),
        LATE,
        "the deadline of the token above has passed: did anybody look at the clock?"
    );
    assert_eq!(request.reason(), LATE);
    assert_eq!(root.reason(), None, "a deadline does not reach up");
}

/// A deadline that nobody has noticed: to make a child is to look, and nobody waits for its own lock.
#[test]
fn a_child_may_be_made_when_a_deadline_has_passed_unnoticed() {
    let reasons = stress::finishes(
        "`child` of a token whose deadline has passed unnoticed",
        || {
            let hand = Hand::default();
            let request = hand.token().child_with_timeout(seconds(5));
            let query = request.child();
            hand.move_on(5);
            let late = query.child();
            let later = query.child_with_timeout(seconds(60));
            [
                late.reason(),
                later.reason(),
                query.reason(),
                request.reason(),
            ]
        },
    );
    assert_eq!(
        reasons, [LATE; 4],
        "the deadline above has passed, and everybody below should say so"
    );
}

/// Time: to the nanosecond, at both ends of the scale.
#[test]
fn a_deadline_is_exact() {
    let clock = Exact::default();
    let root = clock.token();
    let at_once = root.child_with_timeout(Duration::ZERO);
    assert_eq!(at_once.reason(), LATE, "no time at all: it has passed");
    clock.set(Duration::from_nanos(999_999_999));
    let request = root.child_with_timeout(Duration::from_nanos(1_000_000_002));
    clock.set(Duration::from_nanos(2_000_000_000));
    assert_eq!(
        request.reason(),
        None,
        "a nanosecond is left: is the time counted in larger steps?"
    );
    clock.set(Duration::from_nanos(2_000_000_001));
    assert_eq!(
        request.reason(),
        LATE,
        "the deadline has passed, to the nanosecond: is the time counted in larger steps?"
    );
    let long = root.child_with_timeout(Duration::from_secs(u64::MAX / 2));
    clock.set(Duration::from_secs(u64::MAX / 4));
    assert_eq!(
        long.reason(),
        None,
        "billions of years are left: is there a smaller number on the way?"
    );
    clock.set(Duration::MAX);
    assert_eq!(long.reason(), LATE);
    assert_eq!(
        root.child_with_timeout(seconds(1)).reason(),
        LATE,
        "the clock is at its end: a deadline beyond that is the end, and no reason to overflow"
    );
}

/// A clock is somebody else's code: one that panics once costs that one call, and no token.
#[test]
fn a_clock_that_panics_once_spoils_no_token() {
    let token = stress::finishes("a token whose clock has panicked", || {
        let looks = AtomicU64::new(0);
        let root = CancelToken::with_clock(move || match looks.fetch_add(1, Relaxed) {
            0 => Duration::ZERO,
            1 | 2 => panic_with("the clock"),
            _ => seconds(1),
        });
        let request = root.child_with_timeout(seconds(5));
        let waited = catch_unwind(AssertUnwindSafe(|| request.wait()));
        assert!(
            waited.is_err(),
            "the clock panicked, and nobody heard of it"
        );
        let asked = catch_unwind(AssertUnwindSafe(|| request.reason()));
        assert!(asked.is_err(), "the clock panicked, and nobody heard of it");
        assert_eq!(request.reason(), None);
        let below = request.child();
        cancel(&root);
        assert_eq!(below.wait(), Reason::Asked("the test says so"));
        request
    });
    assert_eq!(
        token.reason(),
        ASKED,
        "the clock is well again, and the root was cancelled"
    );
}

/// A deadline that has been noticed is a cancellation like any other, for those who have no deadline to look at.
#[test]
fn a_passed_deadline_is_told_to_those_below() {
    let hand = Hand::default();
    let request = hand.token().child_with_timeout(seconds(5));
    hand.move_on(5);
    assert!(request.is_cancelled());
    request.cancel("too late");
    assert_eq!(request.reason(), LATE, "the first reason stands");
    assert_eq!(
        request.child().reason(),
        LATE,
        "and a child is born with it"
    );
}

/// Of two deadlines the earlier one counts, whichever of the two it is.
#[test]
fn no_token_outlives_the_deadline_above_it() {
    let hand = Hand::default();
    let request = hand.token().child_with_timeout(seconds(5));
    let hasty = request.child_with_timeout(seconds(1));
    let slow = request.child_with_timeout(seconds(60));
    let endless = request.child_with_timeout(Duration::MAX);
    hand.move_on(1);
    assert_eq!([hasty.reason(), slow.reason()], [LATE, None]);
    hand.move_on(4);
    assert_eq!(
        [slow.reason(), endless.reason()],
        [LATE, LATE],
        "a child may ask for more time than its parent has, but it does not get it"
    );
}

/// What is over is not waited for; and no time is no wait.
#[test]
fn a_wait_that_has_nothing_to_wait_for_returns_at_once() {
    stress::finishes("a wait that has nothing to wait for", || {
        let hand = Hand::default();
        let root = hand.token();
        assert_eq!(
            root.wait_timeout(Duration::ZERO),
            None,
            "not cancelled, and no time to wait"
        );
        let request = root.child_with_timeout(seconds(5));
        hand.move_on(5);
        assert_eq!(request.wait(), Reason::DeadlinePassed);
        cancel(&root);
        assert_eq!(root.wait_timeout(Duration::MAX), ASKED);
        assert_eq!(root.child().wait(), Reason::Asked("the test says so"));
    });
}

/// Time passes while somebody waits. Here it is real time, and little of it.
#[test]
fn a_wait_ends_when_time_is_up() {
    stress::finishes("a wait of a few milliseconds", || {
        let root = CancelToken::new();
        let millisecond = Duration::from_millis(1);
        assert_eq!(
            root.wait_timeout(millisecond),
            None,
            "it is not the token that ended, but the wait"
        );
        assert_eq!(root.reason(), None, "to stop waiting is not to cancel");
        let request = root.child_with_timeout(millisecond);
        assert_eq!(request.child().wait(), Reason::DeadlinePassed);
    });
}

/// A limit and a deadline at once: the wait ends with the earlier of the two, and says which.
#[test]
fn a_wait_ends_with_the_earlier_of_limit_and_deadline() {
    let reasons = stress::finishes("a wait with a limit, of a token with a deadline,", || {
        let root = CancelToken::new();
        let (millisecond, hour) = (Duration::from_millis(1), seconds(3600));
        let late_deadline = root.child_with_timeout(hour);
        let early_deadline = root.child_with_timeout(millisecond);
        [
            late_deadline.wait_timeout(millisecond),
            early_deadline.wait_timeout(hour),
            early_deadline.wait_timeout(Duration::ZERO),
            late_deadline.wait_timeout(Duration::ZERO),
        ]
    });
    assert_eq!(
        reasons,
        [None, LATE, LATE, None],
        "a limit of 1 ms before a deadline of an hour; a deadline of 1 ms before a limit of an hour; no time to wait, of a \
         token whose deadline has passed; and of one whose deadline has not"
    );
}

/// No time to wait is time to look: what has been cancelled says so.
#[test]
fn a_wait_without_time_looks() {
    let reasons = stress::finishes("a wait without time", || {
        let hand = Hand::default();
        let root = hand.token();
        let (asked, request) = (root.child(), root.child_with_timeout(seconds(5)));
        cancel(&asked);
        hand.move_on(5);
        [
            root.wait_timeout(Duration::ZERO),
            asked.wait_timeout(Duration::ZERO),
            request.wait_timeout(Duration::ZERO),
        ]
    });
    assert_eq!(
        reasons,
        [None, ASKED, LATE],
        "nobody had time to wait: one was not cancelled, one was, and the deadline of the third had passed"
    );
}

/// Every drop runs also by a panic: a child that a panic drops is off its parent's list, like any other.
#[test]
fn a_child_that_a_panic_drops_is_forgotten() {
    let root = CancelToken::new();
    let panic = panic_of(|| {
        let between = root.child();
        let _below = between.child();
        panic_with("out");
    });
    assert_eq!(panic, Some(Panic("out")));
    assert_eq!(
        root.children(),
        0,
        "a panic has dropped the child, and it is still on the list: is there an `if !panicking()` in the way?"
    );
}

/// In a destructor during a panic, tokens and guards are what they are anywhere else: made before, there, and outliving it.
#[test]
fn a_destructor_may_use_tokens_during_a_panic() {
    let reasons = stress::finishes("tokens that a destructor uses, during a panic,", || {
        let root = CancelToken::new();
        drop(root.child().drop_guard().disarm());
        cancel(&root.child());
        drop(root.child().drop_guard()); // what is not written yet should say so here, and not while we unwind
        let tokens = [(); 5].map(|()| root.child());
        let [by_hand, disarmed, dropped, outliving, below] = tokens.clone();
        let mut guards = Some((disarmed.drop_guard(), dropped.drop_guard()));
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                cancel(&by_hand);
                if let Some((disarmed, dropped)) = guards.take() {
                    drop(disarmed.disarm());
                    drop(dropped);
                }
                outlives = Some(outliving.clone().drop_guard());
                drop(below.child());
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        let during = tokens.each_ref().map(CancelToken::reason);
        drop(outlives);
        assert_eq!(
            during,
            [ASKED, None, Some(Reason::GuardDropped), None, None],
            "during a panic: cancelled by hand; its guard disarmed; its guard dropped; its guard made; a child made and dropped"
        );
        assert_eq!(
            tokens[4].children(),
            0,
            "its child has come and gone during a panic"
        );
        tokens[3].reason()
    });
    assert_eq!(
        reasons,
        Some(Reason::GuardDropped),
        "a guard was made during a panic, and dropped when that was over"
    );
}

/// Numbers: a tree may be broad, and everybody in it is told.
#[test]
fn a_broad_tree_is_cancelled_to_the_last_leaf() {
    let root = CancelToken::new();
    let leaves: Vec<_> = (0..1_000).map(|_| root.child().child()).collect();
    assert_eq!(root.children(), 1_000);
    cancel(&root);
    assert!(leaves.iter().all(|leaf| leaf.reason() == ASKED));
    assert_eq!(root.children(), 0);
}

/// A tree may be deeper than a stack. So neither its cancellation nor its drop may be a recursion.
#[test]
fn a_deep_tree_fits_on_a_small_stack() {
    stress::apart(|| {
        let root = CancelToken::new();
        let mut bottom = root.clone();
        for _ in 0..100_000 {
            bottom = bottom.child();
        }
        cancel(&root);
        assert_eq!(bottom.reason(), ASKED);
        assert_eq!(root.children(), 0);
        drop(bottom);
    });
}

/// Tokens are made to be handed to other threads, and so are guards.
#[test]
fn a_token_goes_to_any_thread() {
    assert!(
        impls!(CancelToken: Send & Sync & Clone),
        "a token that stays on its thread stops nobody"
    );
    assert!(
        impls!(DropGuard: Send & Sync) && !impls!(DropGuard: Clone),
        "a guard may move; two guards of one token would each cancel it"
    );
}
