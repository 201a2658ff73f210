//! What a release by hand risks: one function, in which every step fails once, and whether the thing is still held then.

mod deposit;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ways_out::Way;
use super::{Release, Visit, visit_all};
use deposit::{Deposit, Failed, at_the_end, by_guard, carefully};

pub use deposit::Step;

/// The same deposit with three releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// By hand, in the last line.
    AtTheEnd,
    /// By hand, before each way out that can be seen.
    Carefully,
    /// By guard.
    ByGuard,
}

impl Style {
    /// From the first draft to the guard.
    pub const ALL: [Self; 3] = [Self::AtTheEnd, Self::Carefully, Self::ByGuard];

    fn deposit<P: Release>(self, thing: &P, deposit: &Deposit) -> Result<u64, Failed> {
        match self {
            Self::AtTheEnd => at_the_end(thing, deposit),
            Self::Carefully => carefully(thing, deposit),
            Self::ByGuard => by_guard(thing, deposit),
        }
    }
}

/// Whether a fresh thing is still held after a deposit of which this step has failed, or none.
///
/// # Panics
///
/// Panics if the deposit was not left in the way in which this step leaves it.
pub fn is_left_held<P: Release>(style: Style, fault: Option<Step>) -> bool {
    let thing = P::fresh();
    let deposit = Deposit::with(fault);
    // The boundary at which a server survives a request.
    let outcome = catch_unwind(AssertUnwindSafe(|| style.deposit(&thing, &deposit)));
    let left = match outcome {
        Ok(Ok(0)) => Way::EarlyReturn,
        Ok(Ok(_)) => Way::Normal,
        Ok(Err(_)) => Way::Error,
        Err(_) => Way::Panic,
    };
    let expected = fault.map_or(Way::Normal, Step::way);
    assert_eq!(left, expected, "{style:?}: the way out");
    thing.is_held()
}

/// What was left held of one primitive.
#[derive(Clone, Debug)]
pub struct Left {
    /// What the book calls it.
    pub name: &'static str,
    /// For each [`Style`], in order: the steps whose failure left it held.
    pub steps: [Vec<Step>; 3],
}

/// Lets every step fail once, for every primitive and in every style.
pub fn inject() -> Vec<Left> {
    struct Injected(Vec<Left>);
    impl Visit for Injected {
        fn visit<P: Release + 'static>(&mut self) {
            let steps = Style::ALL.map(|style| {
                let mut steps = Step::ALL.to_vec();
                steps.retain(|&step| is_left_held::<P>(style, Some(step)));
                steps
            });
            let name = P::NAME;
            self.0.push(Left { name, steps });
        }
    }
    let mut injected = Injected(Vec::new());
    visit_all(&mut injected);
    injected.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps whose failure leaves in one of these ways.
    fn leaving_by(ways: &[Way]) -> Vec<Step> {
        let mut steps = Step::ALL.to_vec();
        steps.retain(|step| ways.contains(&step.way()));
        steps
    }

    #[test]
    fn a_hand_at_the_end_forgets_all_a_careful_one_the_panics_and_a_guard_nothing() {
        let injected = inject();
        assert_eq!(injected.len(), 11);
        for Left { name, steps } in injected {
            let [at_the_end, carefully, by_guard] = steps;
            assert_eq!(at_the_end, Step::ALL, "{name}");
            assert_eq!(carefully, leaving_by(&[Way::Panic]), "{name}");
            assert!(by_guard.is_empty(), "{name}: {by_guard:?}");
        }
    }

    #[test]
    fn two_steps_return_three_are_errors_and_two_panic() {
        assert_eq!(leaving_by(&[Way::EarlyReturn]).len(), 2);
        assert_eq!(leaving_by(&[Way::Error]).len(), 3);
        assert_eq!(leaving_by(&[Way::Panic]).len(), 2);
    }

    #[test]
    fn nothing_is_left_held_if_nothing_fails() {
        struct Check;
        impl Visit for Check {
            fn visit<P: Release + 'static>(&mut self) {
                for style in Style::ALL {
                    assert!(!is_left_held::<P>(style, None), "{}, {style:?}", P::NAME);
                }
            }
        }
        visit_all(&mut Check);
    }
}
