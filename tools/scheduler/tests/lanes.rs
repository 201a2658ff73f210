//! The levels as models: what a reader can bring about is what `lanes` finds, by the same engine and without what a game
//! leaves out, and with loom's opinion beside it.

use lanes::Kind;
use scheduler::{LEVELS, Level, Outcome};

/// The level breaks in the same way, and fixed it does not break.
fn agrees(level: &Level, kind: Kind) {
    let [broken, fixed] = level.explore();
    let kind_of = |outcome: &Outcome| match outcome {
        Outcome::Finished => None,
        Outcome::Failed(..) => Some(Kind::Assertion),
        Outcome::Stuck(_) => Some(Kind::Deadlock),
        Outcome::Race(..) => Some(Kind::DataRace),
    };
    let found: Vec<Kind> = broken.outcomes().filter_map(kind_of).collect();
    assert!(found.contains(&kind), "a game can end with {found:?}");
    let report = lanes::expect_bug(kind, level.broken);
    assert_eq!(report.kind(), kind);

    assert_eq!(fixed.schedules().1, 0);
    let pass = lanes::explore(level.fixed).unwrap_or_else(|report| panic!("{}", report.headline()));
    assert!(pass.states() > 0);
}

macro_rules! levels {
    ($($name:ident $kind:ident,)*) => {
        $(
            #[test]
            fn $name() {
                let level = LEVELS.iter().find(|it| it.name == stringify!($name));
                agrees(level.unwrap(), Kind::$kind);
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
