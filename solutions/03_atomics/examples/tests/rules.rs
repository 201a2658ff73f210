//! What the page on the rules says of its programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use atomics_examples::orders::{Orders, Paired, Strong, Weak};
use atomics_examples::rules::{self, StrongLoads, StrongStores, outcomes};
use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

use Ordering::{Acquire, Relaxed, Release};

#[test]
fn a_thread_sees_its_own_last_write_or_a_newer_one() {
    let read: BTreeSet<_> = outcomes(rules::own_thread())
        .iter()
        .map(|read| read[0])
        .collect();
    assert_eq!(read, [Some(1), Some(2)].into());
}

#[test]
fn all_readers_agree_on_the_order_of_one_variable() {
    fn disagree<O: Orders>() -> bool {
        outcomes(rules::one_order::<O>())
            .iter()
            .any(|read| read[..2] == [Some((1, 2)), Some((2, 1))])
    }
    assert!(!disagree::<Weak>());
    assert!(!disagree::<Paired>());
    assert!(!disagree::<Strong>());
}

#[test]
fn a_release_announces_what_stands_before_it_and_not_what_comes_after() {
    let read: BTreeSet<_> = outcomes(rules::what_goes_along())
        .iter()
        .filter_map(|read| read[1])
        .collect();
    assert_eq!(read, [(1, 0), (1, 1)].into());
}

#[test]
fn a_message_that_is_passed_on_arrives() {
    let read: BTreeSet<_> = outcomes(rules::chain())
        .iter()
        .filter_map(|read| read[2])
        .collect();
    assert_eq!(read, [1].into());
}

#[test]
fn a_read_modify_write_keeps_a_release_sequence_and_a_store_ends_it() {
    for (what, threads) in rules::written_over() {
        let can_be_missed = outcomes(threads).iter().any(|read| read[0] == Some(0));
        assert_eq!(can_be_missed, what.ends_with("stores"), "{what}");
    }
}

#[test]
fn one_order_of_some_accesses_is_not_enough() {
    fn both_miss<O: Orders>() -> bool {
        outcomes(rules::one_line::<O>()).contains(&[0, 0])
    }
    assert!(both_miss::<StrongStores>());
    assert!(both_miss::<StrongLoads>());
    assert!(!both_miss::<Strong>());
}

#[test]
fn nothing_comes_out_of_thin_air() {
    assert_eq!(outcomes(rules::thin_air()), [[0, 0]].into());
}

/// A message that is passed on: the orderings of its two edges, each with its two ends.
fn last_reads(orderings: [Ordering; 4]) -> Option<u32> {
    let [send, sent, pass_on, passed_on] = orderings;
    let shared: Arc<[AtomicU32; 3]> = Arc::new([(); 3].map(|()| AtomicU32::new(0)));
    let (first, second) = (Arc::clone(&shared), Arc::clone(&shared));
    thread::spawn(move || {
        first[0].store(1, Relaxed);
        first[1].store(1, send);
    });
    thread::spawn(move || {
        if second[1].load(sent) == 1 {
            second[2].store(1, pass_on);
        }
    });
    (shared[2].load(passed_on) == 1).then(|| shared[0].load(Relaxed))
}

#[test]
fn of_a_message_that_is_passed_on_each_ordering_is_needed() {
    let all = [Release, Acquire, Release, Acquire];
    let can_be_missed =
        |orderings| lanes::outcomes(move || last_reads(orderings)).contains(&Some(0));
    assert!(!can_be_missed(all), "with all four the message arrives");
    for at in 0..all.len() {
        let mut orderings = all;
        orderings[at] = Relaxed;
        assert!(can_be_missed(orderings), "without the one at {at}");
    }
}
