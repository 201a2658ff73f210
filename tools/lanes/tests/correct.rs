//! Correct programs pass; and with any one of their orderings weakened, those that need it fail.

/// The programs, each with the test that it passes.
macro_rules! programs {
    ($($program:ident,)*) => {
        #[path = "correct"]
        mod programs {
            $(pub(crate) mod $program;)*
        }
        $(
            #[test]
            fn $program() {
                let pass = lanes::explore(programs::$program::program);
                pass.unwrap_or_else(|r| panic!("{}", r.table(lanes::Style::default())));
            }
        )*
    };
}

programs! {
    counted,
    gate,
    lock_by_compare_exchange,
    lock_by_swap,
    lock_by_test_and_swap,
    one_shot,
    parked,
    peterson,
    replaced_page,
    ring,
    rw_lock,
    ticket_lock,
}

/// Weakens every ordering of `program`, one at a time, and returns those whose weakening no model notices.
fn unnoticed(program: fn()) -> Vec<String> {
    let orderings = lanes::Model::new().weakenings(program).unwrap();
    assert!(!orderings.is_empty());
    let passes = |ordering: &String| {
        lanes::Model::new()
            .weaken(ordering)
            .explore(program)
            .is_ok()
    };
    orderings.into_iter().filter(passes).collect()
}

#[test]
fn every_ordering_of_the_correct_programs_is_needed() {
    let programs: [fn(); 9] = [
        programs::counted::program,
        programs::lock_by_compare_exchange::program,
        programs::lock_by_swap::program,
        programs::lock_by_test_and_swap::program,
        programs::one_shot::program,
        programs::replaced_page::program,
        programs::ring::program,
        programs::rw_lock::program,
        programs::ticket_lock::program,
    ];
    let unnoticed: Vec<String> = programs.into_iter().flat_map(unnoticed).collect();
    assert!(unnoticed.is_empty(), "no model needs {unnoticed:#?}");
}

#[test]
fn an_ordering_that_is_too_strong_is_found() {
    // `parked` waits for nothing but the flag: it carries no data.
    let unnoticed = unnoticed(programs::parked::program);
    assert_eq!(unnoticed.len(), 2, "{unnoticed:#?}");
}

#[test]
fn peterson_is_right_and_loom_objects() {
    let pass = lanes::explore(programs::peterson::program).unwrap();
    // loom takes SeqCst for AcqRel.
    assert!(pass.loom_objection().is_some());
}
