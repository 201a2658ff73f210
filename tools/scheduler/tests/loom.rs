//! The explorer against loom, with the help that `lanes` gives it: the same programs under both.
//!
//! Where they differ, the test says which of the two is wrong.

#![allow(
    clippy::duplicate_mod,
    reason = "the same programs on top of two explorers"
)]

use std::collections::BTreeSet;

use lanes::Kind;
use lanes::sync;
use scheduler::{LEVELS, Outcome};

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

/// The programs of the levels once more, on top of `lanes`.
#[allow(
    clippy::all,
    dead_code,
    unreachable_pub,
    reason = "among them are known wrong solutions, as they are"
)]
#[path = "../levels/mod.rs"]
mod levels;

/// The level breaks in the same way under both, and fixed it breaks under neither.
fn same(name: &str, kind: Kind, broken: fn(), fixed: fn()) {
    let level = LEVELS.iter().find(|it| it.name == name).unwrap();
    let [ours_broken, ours_fixed] = level.explore();
    let ours: BTreeSet<&str> = ours_broken
        .outcomes()
        .filter_map(|outcome| match outcome {
            Outcome::Finished => None,
            Outcome::Failed(..) => Some(Kind::Assertion),
            Outcome::Stuck(_) => Some(Kind::Deadlock),
            Outcome::Race(..) => Some(Kind::DataRace),
            Outcome::Endless => Some(Kind::Livelock),
        })
        .map(Kind::words)
        .collect();
    assert!(ours.contains(kind.words()), "the explorer finds {ours:?}");
    let report = lanes::expect_bug(kind, broken);
    assert_eq!(report.kind(), kind);

    assert_eq!(ours_fixed.schedules().1, 0);
    let pass = lanes::explore(fixed).unwrap_or_else(|report| panic!("{}", report.headline()));
    assert!(pass.is_complete());
}

macro_rules! levels {
    ($($name:ident $kind:ident,)*) => {
        $(
            #[test]
            fn $name() {
                let name = stringify!($name);
                same(name, Kind::$kind, levels::$name::broken::program, levels::$name::fixed::program);
            }
        )*

        #[test]
        fn every_level_is_compared() {
            let compared = [$(stringify!($name)),*];
            assert!(LEVELS.iter().map(|it| it.name).eq(compared));
        }
    };
}

levels! {
    lost_update Assertion,
    early_unlock Assertion,
    two_holders DataRace,
    opposite_order Deadlock,
    round_table Deadlock,
    lost_wakeup Deadlock,
    spurious_wakeup Assertion,
    starvation Assertion,
    aba Assertion,
    stale_read Assertion,
    relaxed_unlock Assertion,
    two_flags Assertion,
}

#[path = "loom/ours.rs"]
mod ours;
#[path = "loom/theirs.rs"]
mod theirs;

type Outcomes = BTreeSet<Vec<u32>>;

/// The outcomes of a litmus test under the explorer, and under loom.
macro_rules! outcomes {
    ($name:ident($($argument:expr),*)) => {{
        let ours: Outcomes = scheduler::outcomes(|| ours::litmus::$name($($argument),*));
        let theirs: Outcomes = lanes::outcomes(|| theirs::litmus::$name($($argument),*));
        (ours, theirs)
    }};
}

macro_rules! agree {
    ($($test:ident: $($name:ident($($argument:expr),*)),+;)*) => {$(
        #[test]
        fn $test() {
            $(
                let (ours, theirs) = outcomes!($name($($argument),*));
                assert!(ours.len() > 1, "nothing was explored");
                assert_eq!(ours, theirs);
            )+
        }
    )*};
}

agree! {
    a_message: message_passing(Relaxed, Relaxed), message_passing(Release, Relaxed),
        message_passing(Relaxed, Acquire), message_passing(Release, Acquire),
        message_passing(SeqCst, SeqCst);
    a_message_with_fences: message_passing_with_fences();
    two_flags_without_order: store_buffering(Relaxed, Relaxed, false), store_buffering(Release, Acquire, false);
    two_flags_in_order: store_buffering(Relaxed, Relaxed, true), store_buffering(SeqCst, SeqCst, false);
    one_variable_never_runs_backwards: one_variable();
    a_release_sequence: release_sequence();
    a_message_that_is_passed_on: passed_on(Relaxed, Relaxed), passed_on(Release, Acquire);
    a_swap_and_a_store: swap_and_store();
    two_loads: two_loads();
}

/// Both miss what no order of the steps shows: the language allows `[1, 1]`.
#[test]
fn neither_sees_load_buffering() {
    let (ours, theirs) = outcomes!(load_buffering());
    assert_eq!(ours, theirs);
    assert!(!ours.contains(&vec![1, 1]));
}

/// Loom is right: the language allows `[1, 1]`. The explorer misses it, because it takes the order in which
/// stores are made for the order in which they count.
#[test]
fn only_loom_lets_stores_count_in_another_order() {
    let (ours, theirs) = outcomes!(two_writes_each());
    assert_eq!(ours, Outcomes::from([vec![1, 2], vec![2, 1], vec![2, 2]]));
    assert_eq!(theirs, &ours | &Outcomes::from([vec![1, 1]]));
}

/// The explorer's four threads take it a moment, and loom's second look takes minutes: one look is enough here.
#[test]
fn two_readers_agree_only_with_seq_cst() {
    let disagree = vec![1, 0, 1, 0];
    for (store, load, may) in [(Release, Acquire, true), (SeqCst, SeqCst, false)] {
        let ours = scheduler::outcomes(|| ours::litmus::two_readers(store, load));
        let model = lanes::Model::new().second_look(false);
        let theirs = model.outcomes(move || theirs::litmus::two_readers(store, load));
        assert_eq!(ours, theirs);
        assert_eq!(ours.contains(&disagree), may);
    }
}
