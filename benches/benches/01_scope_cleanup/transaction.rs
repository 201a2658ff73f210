//! Steps that are done, and undone when the last one fails: by hand, and by a transaction.

use benches::Comparison;
use criterion::Criterion;

use crate::room::{Room, visits, work};

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
            });
        #[cfg(feature = "mine")]
        {
            let name = format!("{steps}, my Transaction");
            comparison = comparison.my_row(name, Some(&by_hand), "rollback", move |n| {
                visits(n, steps, |room| undone_by_my_transaction(room, steps))
            });
        }
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

fn undone_by_transaction(room: &Room, steps: u64) {
    use our_rollback::transact;

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

/// The same, with yours.
#[cfg(feature = "mine")]
fn undone_by_my_transaction(room: &Room, steps: u64) {
    use my_rollback::transact;

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
