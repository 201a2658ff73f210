//! What a thread knows that is no longer so, and goes by.

use super::Turn;
use crate::report::State;
use crate::report::why::{Evidence, Why, rows};
use crate::step::{ObjectId, Op, Value};

/// What a thread knows that is no longer so.
pub(super) struct Outdated {
    pub(super) object: Option<ObjectId>,
    /// Where it looked.
    pub(super) look: usize,
    /// The steps of others that have changed it since.
    pub(super) changes: Vec<usize>,
    pub(super) act: Act,
}

/// What a thread does next that others notice, or that fails.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Step(usize),
    /// A compare-exchange that finds what was there before.
    FindsItAgain(usize),
    /// One that finds something else, and fails.
    Fails(usize),
    /// Another read-modify-write, which takes whatever it finds.
    Adds(usize),
    Panic(usize),
    Ends,
}

impl Act {
    /// Whether the thread does something that it might not have done, had it looked again.
    pub(super) fn goes_by_it(self) -> bool {
        !matches!(self, Act::Ends | Act::Fails(_) | Act::Adds(_))
    }

    pub(super) fn is_a_step(self) -> bool {
        matches!(self, Act::Step(_) | Act::FindsItAgain(_))
    }
}

impl Evidence<'_> {
    /// What the thread has looked at, others change meanwhile, and it acts on without another look. The latest look, and one
    /// in the code under test rather than one in the test.
    pub(super) fn outdated(&self, turn: Turn) -> Option<Outdated> {
        let looks = (0..=turn.before)
            .filter(|&look| self.steps[look].thread == turn.thread)
            .filter(|&look| self.looks(look) || self.changes(look))
            // Of what a lock holds nothing may be known.
            .filter(|&look| !self.is_about_a_lock(look) || self.left(look).is_known());
        let mut best: Option<((bool, bool, usize), Outdated)> = None;
        for look in looks {
            let Some(outdated) = self.outdated_look(turn, look) else {
                continue;
            };
            let itself = matches!(outdated.act, Act::FindsItAgain(_))
                || matches!(outdated.act, Act::Step(act) if self.object_of(act) == outdated.object);
            let rank = (itself, self.is_under_test(look), look);
            if best.as_ref().is_none_or(|(known, _)| rank > *known) {
                best = Some((rank, outdated));
            }
        }
        best.map(|(_, outdated)| outdated)
    }

    fn outdated_look(&self, turn: Turn, look: usize) -> Option<Outdated> {
        let object = self.object_of(look);
        // A lock that it still holds nobody changes, and a later look knows more.
        let is_last = !(look + 1..=turn.before).any(|later| {
            self.steps[later].thread == turn.thread
                && self.object_of(later) == object
                && self.looks(later)
        });
        let same = |&index: &usize| self.object_of(index) == object && self.changes(index);
        let changes: Vec<usize> = self.meanwhile(turn).filter(same).collect();
        if !is_last || object.is_none() || changes.is_empty() {
            return None;
        }
        let act = self.act_without_a_look(turn, look)?;
        Some(Outdated {
            object,
            look,
            changes,
            act,
        })
    }

    /// What the thread does next, if it does not look at that object again before.
    fn act_without_a_look(&self, turn: Turn, look: usize) -> Option<Act> {
        let object = self.object_of(look);
        let from = turn.after.unwrap_or(self.steps.len());
        for index in (from..self.steps.len()).filter(|&it| self.steps[it].thread == turn.thread) {
            let step = &self.steps[index];
            if self.object_of(index) == object {
                match step.op {
                    Op::Store | Op::CellWrite => return Some(Act::Step(index)),
                    // Where it expects something else by now, it has looked.
                    Op::CompareExchange { .. } if step.succeeded => {
                        let is_same = step.expected == self.left(look);
                        return is_same.then_some(Act::FindsItAgain(index));
                    }
                    Op::CompareExchange { .. } if !step.spurious => {
                        return Some(Act::Fails(index));
                    }
                    Op::Rmw(_) => return Some(Act::Adds(index)),
                    _ if self.looks(index) => return None,
                    _ => {}
                }
            }
            if step.op == Op::End {
                return Some(Act::Ends);
            }
            if self.acts(index) || self.states[index] == State::Failed {
                return Some(Act::Step(index));
            }
            if self.states[index] == State::Blocked {
                return None;
            }
        }
        match self.panic {
            Some((thread, row)) if thread == turn.thread && turn.after.is_some() => {
                Some(Act::Panic(row))
            }
            Some((thread, row)) if thread == turn.thread && turn.end == self.steps.len() => {
                Some(Act::Panic(row))
            }
            _ => None,
        }
    }

    pub(super) fn say_outdated(&self, turn: Turn, outdated: &Outdated, why: &mut Why) {
        why.mark(self.row(outdated.look));
        for &change in &outdated.changes {
            why.mark(self.row(change));
        }
        let others = self.threads_of(&outdated.changes);
        let at = rows(outdated.changes.iter().map(|&change| self.row(change)));
        if let Some(found) = self.found_again(turn, outdated, why) {
            return why.say(format!(
                "{found}: but it has been changed and changed back, in {at} ({others})."
            ));
        }
        let goes_on = self.goes_on(outdated, why);
        why.say(format!(
            "T{} {} `{}` in row {}, {goes_on}: in between, {others} {}, in {at}{}.{}",
            turn.thread,
            match self.looks(outdated.look) {
                true => "looks at",
                false => "sets",
            },
            self.names.object(outdated.object),
            self.row(outdated.look),
            self.does_to_it(outdated),
            self.values_of(outdated),
            match self.is_lost_update(outdated) {
                true => " One read-modify-write (such as `fetch_add` or `compare_exchange`) leaves no gap.",
                false => "",
            }
        ));
    }

    /// The same value as before: says where.
    fn found_again(&self, turn: Turn, outdated: &Outdated, why: &mut Why) -> Option<String> {
        let (thread, look) = (turn.thread, self.row(outdated.look));
        let name = self.names.object(outdated.object);
        if let Act::FindsItAgain(act) = outdated.act {
            let act = self.row(act);
            why.mark(act);
            return Some(format!(
                "T{thread} looks at `{name}` in row {look}, and its exchange in row {act} finds the same value"
            ));
        }
        let seen = self.left(outdated.look);
        let is_back = seen.is_known() && seen == self.now(outdated) && outdated.changes.len() > 1;
        is_back.then(|| {
            format!("`{name}` holds the same value as in row {look}, where T{thread} looks at it")
        })
    }

    /// What the thread does with what it knows.
    fn goes_on(&self, outdated: &Outdated, why: &mut Why) -> String {
        let (words, row) = match outdated.act {
            Act::Ends => return String::from("and goes by that to its end"),
            Act::Step(act) if self.overwrites(act, outdated) => {
                ("and overwrites it", self.row(act))
            }
            Act::Step(act) | Act::FindsItAgain(act) => ("and acts on that", self.row(act)),
            Act::Fails(act) => ("and its exchange fails for it", self.row(act)),
            Act::Panic(row) => ("and goes by that", row),
            Act::Adds(act) => ("and changes it, whatever it holds by then,", self.row(act)),
        };
        why.mark(row);
        format!("{words} in row {row}")
    }

    /// What the others do to it.
    fn does_to_it(&self, outdated: &Outdated) -> &'static str {
        let last = outdated.changes[outdated.changes.len() - 1];
        match self.steps[last].op {
            Op::Free => "frees it",
            _ if self.is_about_a_lock(last) && !self.now(outdated).is_known() => "has it",
            _ => "changes it",
        }
    }

    /// What was there and what is there, ` (0 → 1)`, if one change is all.
    fn values_of(&self, outdated: &Outdated) -> String {
        let (seen, now) = (self.left(outdated.look), self.now(outdated));
        match seen.is_known() && now.is_known() && outdated.changes.len() == 1 {
            true => format!(" ({} → {})", self.names.value(seen), self.names.value(now)),
            false => String::new(),
        }
    }

    /// What is there in the end.
    fn now(&self, outdated: &Outdated) -> Value {
        self.steps[outdated.changes[outdated.changes.len() - 1]].wrote
    }

    /// A load and a store, and no lock that would have kept others out.
    fn is_lost_update(&self, outdated: &Outdated) -> bool {
        matches!(outdated.act, Act::Step(act) if self.overwrites(act, outdated))
            && self.steps[outdated.look].op == Op::Load
            && !self.has_a_lock(outdated.look)
    }

    fn overwrites(&self, act: usize, outdated: &Outdated) -> bool {
        matches!(self.steps[act].op, Op::Store | Op::CellWrite)
            && self.object_of(act) == outdated.object
    }

    /// Whether the thread has a lock at that step.
    fn has_a_lock(&self, index: usize) -> bool {
        let thread = self.steps[index].thread;
        let takes = |it: usize| {
            self.steps[it].succeeded && matches!(self.steps[it].op, Op::Lock(_) | Op::TryLock(_))
        };
        let taken = self.own(thread, 0..index).filter(|&it| takes(it)).count();
        let let_go = self
            .own(thread, 0..index)
            .filter(|&it| self.lock_of(it).is_some())
            .count();
        taken > let_go
    }
}
