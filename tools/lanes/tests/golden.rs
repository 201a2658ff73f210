//! Wrong programs, and what is said of them.
//!
//! Each program lies in `programs/`, one bug to a file, and beside it the report that it must give, as a
//! table and as JSON. To write the reports anew after a change, and then to look at the difference:
//!
//! ```text
//! LANES_BLESS=1 cargo test -p lanes --test golden
//! ```

use std::collections::BTreeSet;
use std::path::Path;

use lanes::{Kind, Model, Style};
use serde_json::Value;

/// The programs, each with the test of its report.
macro_rules! programs {
    ($($program:ident $kind:ident,)*) => {
        mod programs {
            $(pub(crate) mod $program;)*
        }
        $(
            #[test]
            fn $program() {
                check(stringify!($program), Kind::$kind, programs::$program::program);
            }
        )*
    };
}

programs! {
    relaxed_unlock DataRace,
    relaxed_lock DataRace,
    no_lock DataRace,
    relaxed_flag DataRace,
    count_without_fence DataRace,
    double_checked DataRace,
    read_during_write DataRace,
    readers_write DataRace,
    made_elsewhere DataRace,
    announced_too_early DataRace,
    fence_of_std DataRace,
    flags_raised_too_late DataRace,
    lost_update Assertion,
    stale_data Assertion,
    store_buffering Assertion,
    stored_over Assertion,
    first_stores_stay Assertion,
    woken_late Assertion,
    gives_up Assertion,
    had_no_turn Assertion,
    torn_read Assertion,
    aba Assertion,
    spurious_wakeup Assertion,
    woken_before_the_lock Assertion,
    timed_out_before_the_lock Assertion,
    unparked_too_early Assertion,
    weak_exchange Assertion,
    lock_let_go Assertion,
    panics_in_drop Assertion,
    check_then_act Panic,
    resumed_panic Panic,
    caught_panic Panic,
    freed_twice UseAfterFree,
    freed_at_once DataRace,
    not_pinned DataRace,
    put_off_too_early UseAfterFree,
    opposite_order Deadlock,
    locked_twice Deadlock,
    upgrade Deadlock,
    lost_wakeup Deadlock,
    stolen_wakeup Deadlock,
    woke_one Deadlock,
    notified_in_between Deadlock,
    lost_unpark Deadlock,
    another_condvar Deadlock,
    missed_each_other Deadlock,
    forgotten Leak,
    lost_node Leak,
    raw_allocation Leak,
    never_unpinned Leak,
    never_ready Livelock,
    after_you Livelock,
    spins_with_the_lock Livelock,
    a_crowd TooManyThreads,
    busy_queue TooManySchedules,
    todo NotYetImplemented,
    endless_recursion StackOverflow,
    alone OneSchedule,
    its_own_mind NotDeterministic,
    real_lock Hang,
    blind_loop Hang,
}

fn check(name: &str, kind: Kind, program: fn()) {
    let report = lanes::expect_bug(kind, program);
    compare(name, "txt", &report.table(Style::default()));
    compare(name, "json", &report.json());
    if !report.rows().is_empty() {
        let again = Model::new().replay(&report.schedule(), program);
        let again = again.expect_err("what fails along this schedule");
        assert_eq!(again.json(), report.json(), "along the same schedule");
    }
}

fn compare(name: &str, extension: &str, found: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let path = folder.join(name).with_extension(extension);
    if std::env::var_os("LANES_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    // A checkout may have other line ends.
    let expected = expected.replace("\r\n", "\n");
    assert!(
        found == expected,
        "{} is not what was found:\n{found}\n(LANES_BLESS=1 writes it anew)",
        path.display()
    );
}

/// What the JSON says, the README explains.
#[test]
fn the_readme_describes_the_json() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, section) = readme.split_once("## The report as JSON").unwrap();
    let mut words = BTreeSet::new();
    for file in std::fs::read_dir(root.join("tests/programs")).unwrap() {
        let path = file.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = std::fs::read_to_string(path).unwrap();
            words_of(&serde_json::from_str(&text).unwrap(), &mut words);
        }
    }
    let missing: Vec<_> = words
        .iter()
        .filter(|word| !section.contains(&format!("`{word}`")))
        .collect();
    assert!(missing.is_empty(), "not in the README: {missing:?}");
}

/// The names of fields, and the words that stand for a kind of failure, of variable or of step.
fn words_of(json: &Value, words: &mut BTreeSet<String>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| words_of(item, words)),
        Value::Object(fields) => {
            for (name, value) in fields {
                words.insert(name.clone());
                if let ("kind" | "op" | "state", Value::String(word)) = (name.as_str(), value) {
                    words.insert(word.clone());
                }
                words_of(value, words);
            }
        }
        _ => {}
    }
}
