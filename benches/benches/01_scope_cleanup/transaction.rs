//! Steps that are done, and undone when the last one fails: by hand, and by a transaction.

use bench_kit::Comparison;
use benches::release::work;
use benches::scope_cleanup::room::{Room, visits};
use benches::{mine, ours};
use criterion::Criterion;

/// So many steps, all of which are undone: by a loop that knows how, and by a list of compensations.
pub(crate) fn transaction(criterion: &mut Criterion) {
    let mut comparison = Comparison::new("transaction", "Steps that are done, and then undone");
    for steps in [1, 3, 10, 30] {
        let by_hand = format!("{steps}, by hand");
        comparison = comparison
            .row(&by_hand, Some(&by_hand), move |n| {
                visits(n, steps, |room| undone_by_hand(room, steps))
            })
            .row(format!("{steps}, Transaction"), Some(&by_hand), move |n| {
                visits(n, steps, |room| undone_by_transaction(room, steps))
            })
            .my_row(
                format!("{steps}, my Transaction"),
                Some(&by_hand),
                "rollback",
                move |n| visits(n, steps, |room| undone_by_my_transaction(room, steps)),
            );
    }
    comparison.run(criterion);
}

/// What ends every transaction here.
#[derive(Debug)]
struct Refused;

/// By hand: what there is to undo is known when the program is compiled, and only how much of it is counted.
///
/// To undo a step is [`work`], too: a loop that only counts down would become one subtraction.
fn undone_by_hand(room: &Room, steps: u64) {
    let mut done = 0;
    for _ in 0..steps {
        room.enter();
        work();
        done += 1;
    }
    for _ in 0..done {
        work();
        room.leave();
    }
}

/// A function that does so many steps in a transaction of this crate, which undoes them.
macro_rules! undone_by_transaction {
    ($name:ident, $transact:path) => {
        fn $name(room: &Room, steps: u64) {
            use $transact as transact;

            let outcome = transact(|transaction| {
                for _ in 0..steps {
                    let enter = || {
                        room.enter();
                        work();
                        Ok(())
                    };
                    transaction.step("enter", enter, || {
                        work();
                        room.leave();
                        Ok(())
                    })?;
                }
                Err::<(), _>(Refused)
            });
            assert!(outcome.is_err_and(|aborted| aborted.not_undone.is_empty()));
        }
    };
}

undone_by_transaction!(undone_by_transaction, ours::rollback::transact);
undone_by_transaction!(undone_by_my_transaction, mine::rollback::transact);
