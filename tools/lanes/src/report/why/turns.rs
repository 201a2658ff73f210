//! An ordinary interleaving: which interruption does it.
//!
//! The execution that is shown has as few interruptions as there can be, so each of them matters. Of each it is said what the
//! others have done meanwhile that the thread does not know of.

mod between;
mod outdated;

use self::outdated::Outdated;
use super::{Evidence, Why};
use crate::report::{State, rows};
use crate::step::Op;

/// A thread that could have gone on, and others that went first.
#[derive(Clone, Copy)]
struct Turn {
    thread: usize,
    /// Its last step before.
    before: usize,
    /// Its next one; none if it comes no further.
    after: Option<usize>,
    /// The step behind those of the others.
    end: usize,
}

impl Evidence<'_> {
    /// Says of each interruption what it does. Whether there was one.
    pub(super) fn turns(&self, why: &mut Why) -> bool {
        let turns: Vec<Turn> = self.interruptions().collect();
        if self.woken_late(why) {
            return true;
        }
        let mut knows_more = false;
        let mut rest = Vec::new();
        for &turn in &turns {
            let told = self.outdated_or_late(turn, why)
                || self.half_done(turn, why)
                || self.lock_let_go(turn, why);
            if !told {
                rest.push(turn);
            }
            knows_more |= told;
        }
        if !knows_more {
            self.forced_turn(why);
        }
        // Of a thread that others overtake right behind its start there is nothing to say, unless there is nothing else.
        let is_alone = why.sentences.is_empty();
        for turn in rest {
            if is_alone || !matches!(self.steps[turn.before].op, Op::Spawn(_)) {
                self.say_turn(turn, why);
            }
        }
        !turns.is_empty()
    }

    /// Only those interruptions by which a thread goes by what is no longer so: where more is known than which rows came
    /// first.
    pub(super) fn misleading_turns(&self, why: &mut Why) {
        for turn in self.interruptions() {
            let last = self.own(turn.thread, 0..self.steps.len()).last();
            let sleeps = last.is_some_and(|it| {
                let is_asleep = matches!(self.steps[it].op, Op::Woken(_) | Op::Park);
                is_asleep && self.states[it] == State::Blocked
            });
            match self.outdated(turn) {
                Some(outdated) if outdated.act.goes_by_it() => {
                    self.say_outdated(turn, &outdated, why);
                }
                _ if sleeps => {
                    self.lock_let_go(turn, why);
                }
                _ => {}
            }
        }
    }

    fn interruptions(&self) -> impl Iterator<Item = Turn> + '_ {
        (0..self.steps.len())
            .filter(|&index| self.steps[index].interrupted && self.steps[index].op != Op::End)
            .map(|before| self.turn_behind(before))
    }

    fn turn_behind(&self, before: usize) -> Turn {
        let thread = self.steps[before].thread;
        let after = self.own(thread, before + 1..self.steps.len()).next();
        let ran = self.states.iter().filter(|&&state| state == State::Ran);
        Turn {
            thread,
            before,
            after,
            end: after.unwrap_or_else(|| ran.count()),
        }
    }

    /// The last time that a thread had to wait, and went by what was no longer so by then.
    fn forced_turn(&self, why: &mut Why) {
        let acts = |it: &Outdated| {
            let mut changers = it.changes.iter().map(|&change| self.steps[change].thread);
            it.act.is_a_step() && changers.all(|thread| self.was_there(thread, it.look))
        };
        for before in (0..self.steps.len())
            .rev()
            .filter(|&it| self.steps[it].op != Op::End)
        {
            let turn = self.turn_behind(before);
            if let Some(outdated) = self.outdated(turn).filter(acts) {
                return self.say_outdated(turn, &outdated, why);
            }
        }
    }

    /// The thread goes by what is no longer so, or comes too late to what it looks at.
    fn outdated_or_late(&self, turn: Turn, why: &mut Why) -> bool {
        let outdated = self.outdated(turn);
        if let Some(outdated) = outdated.as_ref().filter(|it| it.act.goes_by_it()) {
            self.say_outdated(turn, outdated, why);
            return true;
        }
        if self.late_look(turn, why) {
            return true;
        }
        if let Some(outdated) = &outdated {
            self.say_outdated(turn, outdated, why);
        }
        outdated.is_some()
    }

    /// The steps of others meanwhile.
    fn meanwhile(&self, turn: Turn) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (turn.before + 1..turn.end).filter(move |&index| self.steps[index].thread != turn.thread)
    }

    /// Whether that thread had been started before that step.
    fn was_there(&self, thread: usize, step: usize) -> bool {
        thread == 0
            || self.steps[..step]
                .iter()
                .any(|it| it.op == Op::Spawn(thread))
    }

    fn say_turn(&self, turn: Turn, why: &mut Why) {
        let others: Vec<usize> = self
            .meanwhile(turn)
            .filter(|&it| self.row(it) > 0)
            .collect();
        let (Some(&first), Some(&last)) = (others.first(), others.last()) else {
            return;
        };
        let (from, to) = (self.row(first), self.row(last));
        let between = match from == to {
            true => format!("row {from}"),
            false => format!("rows {from} to {to}"),
        };
        let threads = self.threads_of(&others);
        let (thread, before) = (turn.thread, self.row(turn.before));
        let after = turn.after.map(|after| self.row(after)).unwrap_or(0);
        for row in [before, from, after] {
            why.mark(row);
        }
        why.say(match after {
            0 => format!(
                "T{thread} is interrupted behind row {before}, by {between} ({threads}), and comes no further."
            ),
            _ => format!(
                "T{thread} is interrupted between rows {before} and {after}, by {between} ({threads})."
            ),
        });
    }

    fn threads_of(&self, steps: &[usize]) -> String {
        let mut threads: Vec<usize> = steps.iter().map(|&it| self.steps[it].thread).collect();
        threads.sort_unstable();
        threads.dedup();
        rows::threads(threads.into_iter())
    }
}
