//! Rounds of each primitive of [`release`], by hand and by guard, whose instructions are counted.
//!
//! They are counted with callgrind, twice, in two ways that share nothing but
//! the rounds: by gungraun (`--bin instructions`), and by asking callgrind directly (`--bin code_size`).

use std::cell::Cell;
use std::fmt;

use benches::release::{self, Release, Visit, by_guard, by_hand};

/// Rounds are counted once so many, and once twice as many: the difference is what so many rounds cost, without what
/// surrounds them. A multiple of 128, as an epoch pin does some more work every 128th time.
pub const ROUNDS: u64 = 1_024;

/// What gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A line that does it.
    Hand,
    /// A guard does it when it is dropped.
    Guard,
}

impl By {
    /// Both, in the order of a table's columns.
    pub const BOTH: [Self; 2] = [Self::Hand, Self::Guard];
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hand => "by hand",
            Self::Guard => "by guard",
        })
    }
}

/// So many rounds of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// What the book calls the primitive.
    pub name: &'static str,
    /// What gives it back.
    pub by: By,
    /// How often it is taken and given back.
    pub rounds: u64,
}

/// Everything that is counted, each once with [`ROUNDS`] and once with twice as many.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for primitive in release::all() {
        let name = primitive.name;
        for by in By::BOTH {
            cases.extend([ROUNDS, 2 * ROUNDS].map(|rounds| Case { name, by, rounds }));
        }
    }
    cases
}

impl Case {
    /// Makes what is to be taken, so that making it is not counted.
    ///
    /// # Panics
    ///
    /// Panics if there is no such primitive.
    pub fn prepare(self) -> Prepared {
        struct Find {
            case: Case,
            found: Option<Box<dyn Fn() -> u64>>,
        }
        impl Visit for Find {
            fn visit<P: Release + 'static>(&mut self) {
                let Case { name, by, rounds } = self.case;
                if P::NAME == name {
                    let thing = P::fresh();
                    self.found = Some(match by {
                        By::Hand => Box::new(move || release::rounds(&thing, rounds, by_hand::<P>)),
                        By::Guard => {
                            Box::new(move || release::rounds(&thing, rounds, by_guard::<P>))
                        }
                    });
                }
            }
        }
        let mut find = Find {
            case: self,
            found: None,
        };
        release::visit_all(&mut find);
        let Some(rounds) = find.found else {
            panic!("there is no {:?} among the primitives", self.name)
        };
        Prepared { case: self, rounds }
    }
}

/// Rounds that are ready to be done.
pub struct Prepared {
    case: Case,
    rounds: Box<dyn Fn() -> u64>,
}

impl Prepared {
    /// Does them.
    ///
    /// # Panics
    ///
    /// Panics if there were not as many as there should be.
    pub fn run(&self) {
        assert_eq!(
            (self.rounds)(),
            self.case.rounds,
            "{:?}: rounds that were counted",
            self.case
        );
    }
}

/// Instructions of one round, from what [`ROUNDS`] rounds and twice as many took, with what surrounds them.
pub fn per_round(once: u64, twice: u64) -> String {
    let rounds = twice.saturating_sub(once);
    if rounds.is_multiple_of(ROUNDS) {
        (rounds / ROUNDS).to_string()
    } else {
        format!("{:.1}", rounds as f64 / ROUNDS as f64)
    }
}

/// Where the code of a primitive's two functions is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the book calls the primitive.
    pub name: &'static str,
    /// The address of its [`by_hand`], counted from that of [`work`](release::work).
    pub by_hand: isize,
    /// The address of its [`by_guard`], counted from that of [`work`](release::work).
    pub by_guard: isize,
}

/// Where all the functions are: their symbols do not tell which primitive they are for.
pub fn places() -> Vec<Place> {
    struct Places(Vec<Place>);
    impl Visit for Places {
        fn visit<P: Release + 'static>(&mut self) {
            let round = |function: fn(&P, &Cell<u64>)| function as usize;
            let from_work =
                |address: usize| address.wrapping_sub(release::work as fn() as usize) as isize;
            self.0.push(Place {
                name: P::NAME,
                by_hand: from_work(round(by_hand::<P>)),
                by_guard: from_work(round(by_guard::<P>)),
            });
        }
    }
    let mut places = Places(Vec::new());
    release::visit_all(&mut places);
    places.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_primitive_is_counted_four_times() {
        let cases = cases();
        assert_eq!(cases.len(), 4 * release::all().len());
        for case in cases {
            case.prepare().run(); // checks its result
        }
    }

    #[test]
    fn what_surrounds_the_rounds_is_not_counted() {
        assert_eq!(per_round(100 + 14 * ROUNDS, 100 + 28 * ROUNDS), "14");
        assert_eq!(
            per_round(100 + 14 * ROUNDS, 100 + 28 * ROUNDS + ROUNDS / 4),
            "14.2"
        );
    }

    #[test]
    #[should_panic(expected = "there is no \"door\"")]
    fn an_unknown_primitive_is_refused() {
        let case = Case {
            name: "door",
            by: By::Hand,
            rounds: 1,
        };
        case.prepare();
    }
}
