//! Real threads and many rounds. A thread that nobody wakes fails the test after a few seconds.

use std::sync::Arc;
use std::time::Duration;

use cancel_token::{CancelToken, Reason};
use lanes::stress;

const ROUNDS: usize = 500;

/// A tree in each round: one cancels, one grows it, two wait in it. Everybody comes home, and nothing is left.
#[test]
fn nobody_is_left_behind() {
    let roots: Arc<[CancelToken]> = (0..ROUNDS).map(|_| CancelToken::new()).collect();
    stress::together(4, ROUNDS, {
        let roots = Arc::clone(&roots);
        move |thread, round| {
            let root = &roots[round];
            let stop = Reason::Asked("stop");
            match thread {
                0 => root.cancel("stop"),
                1 => {
                    let mut below = Vec::new();
                    while !root.is_cancelled() && below.len() < 100 {
                        let child = root.child();
                        below.push(child.child());
                    }
                    assert!(
                        below.iter().all(|token| token.wait() == stop),
                        "a token that was made in time is cancelled for another reason"
                    );
                }
                2 => assert_eq!(
                    root.wait(),
                    stop,
                    "round {round}: the root was cancelled, and the wait for it says why"
                ),
                _ => assert_eq!(
                    root.child().child_with_timeout(Duration::MAX).wait(),
                    stop,
                    "round {round}: the root was cancelled, and the wait two levels below says why"
                ),
            }
        }
    });
    assert!(
        roots.iter().all(|root| root.children() == 0),
        "children are gone or cancelled, and somebody still has them on a list"
    );
}

/// A parent for all rounds: children come and go on four threads, by guard or without, and it forgets them all.
#[test]
fn a_long_lived_parent_forgets() {
    let root = CancelToken::new();
    stress::together(4, ROUNDS, {
        let root = root.clone();
        move |thread, round| {
            let request = root.child_with_timeout(Duration::MAX);
            let query = request.child();
            if (thread + round) % 2 == 0 {
                drop(request.drop_guard());
                assert_eq!(
                    query.reason(),
                    Some(Reason::GuardDropped),
                    "thread {thread}, round {round}: the guard of the token above was dropped"
                );
            } else {
                drop(request);
                assert_eq!(
                    query.reason(),
                    None,
                    "thread {thread}, round {round}: the token above was dropped, which cancels nothing"
                );
            }
        }
    });
    assert_eq!(root.children(), 0, "all of them have gone");
    assert!(!root.is_cancelled(), "their guards were not its");
}

/// Numbers: a cancellation wakes a crowd, at every level of the tree, and not only a few.
#[test]
fn a_cancel_wakes_a_crowd() {
    let root = CancelToken::new();
    let middle = root.child();
    let crowd: Vec<_> = (0..40)
        .map(|n| {
            let token = match n % 3 {
                0 => root.clone(),
                1 => middle.clone(),
                _ => middle.child(),
            };
            std::thread::spawn(move || token.wait())
        })
        .collect();
    // Nothing depends on how long this is: all of them have time to fall asleep.
    std::thread::sleep(Duration::from_millis(100));
    root.cancel("stop");
    stress::finishes(
        "one of forty that waited when the root was cancelled",
        move || {
            for waiter in crowd {
                assert_eq!(
                    waiter.join().expect("to wait is no reason to panic"),
                    Reason::Asked("stop")
                );
            }
        },
    );
}
