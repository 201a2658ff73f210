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

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

/// The programs of the levels once more, on top of `lanes`.
#[allow(
    clippy::all,
    dead_code,
    unreachable_pub,
    reason = "among them are known wrong solutions, as they are"
)]
#[path = "../levels/all.rs"]
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

#[path = "loom/made_up.rs"]
mod made_up;
#[path = "loom/ours.rs"]
mod ours;
#[path = "loom/theirs.rs"]
mod theirs;

type Outcomes = BTreeSet<Vec<u32>>;

/// The outcomes of a litmus test under the explorer, and under loom.
macro_rules! outcomes {
    ($name:ident($($argument:expr),*)) => {{
        let ours: Outcomes = scheduler::outcomes(|| ours::litmus::$name($($argument),*));
        let theirs: Outcomes = lanes::outcomes(move || theirs::litmus::$name($($argument),*));
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

/// Loom leaves the last outcome out, and is wrong: the second thread runs first, its addition sees 0, and the
/// first thread learns nothing of it, because its own store is what its addition reads. So it may see an old `y`.
#[test]
fn only_the_explorer_sees_an_old_value_behind_an_addition() {
    use made_up::Instruction::{Add, Fence, Load, Store};
    let program = [
        vec![
            Store(0, 1, Relaxed),
            Fence(SeqCst),
            Add(0, Acquire),
            Load(1, Relaxed),
        ],
        vec![
            Load(1, Acquire),
            Store(1, 2, Relaxed),
            Load(1, Acquire),
            Add(0, AcqRel),
        ],
    ];
    let (ours, theirs) = outcomes!(made_up(&program.clone()));
    assert_eq!(&ours - &theirs, Outcomes::from([vec![1, 0, 0, 2, 0]]));
    assert!(theirs.is_subset(&ours));
}

/// Where the explorer sees less than loom, both threads store in one variable: stores count in the order in
/// which they are made, as above. Of 1,900 others that were made up like these, the one
/// above was the only one where it sees more.
#[test]
fn programs_that_nobody_has_thought_of() {
    let mut die = made_up::Die(7);
    let mut less = 0;
    for _ in 0..200 {
        let program = die.program();
        let ours = scheduler::outcomes(|| ours::litmus::made_up(&program));
        let theirs = lanes::outcomes({
            let program = program.clone();
            move || theirs::litmus::made_up(&program)
        });
        assert!(
            ours.is_subset(&theirs),
            "{program:?}: {:?}",
            &ours - &theirs
        );
        if ours != theirs {
            assert!(
                made_up::both_store(&program),
                "{program:?}: {:?}",
                &theirs - &ours
            );
            less += 1;
        }
    }
    assert!(
        less > 0,
        "no program is one of those that the explorer sees less of"
    );
    println!("200 programs, {less} of which loom sees more of");
}
