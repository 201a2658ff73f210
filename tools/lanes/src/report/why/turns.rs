//! An ordinary interleaving: which interruption does it.
//!
//! The execution that is shown has as few interruptions as there can be, so each of them matters. Of each it is said what the
//! others have done meanwhile that the thread does not know of.

use super::{Evidence, Why, rows};
use crate::report::State;
use crate::step::{ObjectId, Op};

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

/// What a thread does next that others notice, or that fails.
#[derive(Clone, Copy)]
enum Act {
    Step(usize),
    /// A compare-exchange that finds what was there before.
    FindsItAgain(usize),
    /// One that finds something else, and fails.
    Fails(usize),
    Panic(usize),
    Ends,
}

/// What a thread knows that is no longer so.
struct Outdated {
    object: Option<ObjectId>,
    /// Where it looked.
    look: usize,
    changes: Vec<usize>,
    act: Act,
}

impl Act {
    /// Whether the thread does something that it might not have done, had it looked again.
    fn goes_by_it(self) -> bool {
        !matches!(self, Act::Ends | Act::Fails(_))
    }
}

impl Evidence<'_> {
    /// Says of each interruption what it does. Whether there was one.
    pub(super) fn turns(&self, why: &mut Why) -> bool {
        let turns: Vec<Turn> = self.interruptions().collect();
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
            let sleeps = last.is_some_and(|it| self.states[it] == State::Blocked);
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
            let is_step = matches!(it.act, Act::Step(_) | Act::FindsItAgain(_));
            is_step
                && it
                    .changes
                    .iter()
                    .all(|&change| self.was_there(self.steps[change].thread, it.look))
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

    /// What the thread has looked at, others change meanwhile, and it acts on without another look. The latest look, and one
    /// in the code under test rather than one in the test.
    fn outdated(&self, turn: Turn) -> Option<Outdated> {
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
                    Op::CompareExchange { .. } if step.succeeded => {
                        return Some(Act::FindsItAgain(index));
                    }
                    Op::CompareExchange { .. } if !step.spurious => {
                        return Some(Act::Fails(index));
                    }
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

    fn say_outdated(&self, turn: Turn, outdated: &Outdated, why: &mut Why) {
        let name = self.names.object(outdated.object);
        let thread = turn.thread;
        let look = self.row(outdated.look);
        why.mark(look);
        for &change in &outdated.changes {
            why.mark(self.row(change));
        }
        let others = self.threads_of(&outdated.changes);
        let at = rows(outdated.changes.iter().map(|&change| self.row(change)));
        let seen = self.left(outdated.look);
        let last = outdated.changes[outdated.changes.len() - 1];
        let now = self.steps[last].wrote;
        let known = seen.is_known() && now.is_known();
        let from_to = match known && outdated.changes.len() == 1 {
            true => format!(" ({} → {})", self.names.value(seen), self.names.value(now)),
            false => String::new(),
        };
        let step = &self.steps[outdated.look];
        let verb = match step.op {
            _ if self.looks(outdated.look) => "looks at",
            _ => "sets",
        };
        let changes = match self.steps[last].op {
            Op::Free => "frees it",
            Op::Unlock(_) | Op::Wait { .. } if !now.is_known() => "has it",
            _ => "changes it",
        };
        let is_lost_update = matches!(outdated.act, Act::Step(act) if self.overwrites(act, outdated))
            && step.op == Op::Load
            && !self.has_a_lock(outdated.look);
        let cure = match is_lost_update {
            true => {
                " One read-modify-write (such as `fetch_add` or `compare_exchange`) leaves no gap."
            }
            false => "",
        };
        if let Act::FindsItAgain(act) = outdated.act {
            let act = self.row(act);
            why.mark(act);
            why.say(format!(
                "T{thread} looks at `{name}` in row {look}, and its exchange in row {act} finds the same value: but it has \
                 been changed and changed back, in {at} ({others})."
            ));
            return;
        }
        if known && seen == now && outdated.changes.len() > 1 {
            why.say(format!(
                "`{name}` holds the same value as in row {look}, where T{thread} looks at it: but it has been changed and \
                 changed back, in {at} ({others})."
            ));
            return;
        }
        let act = match outdated.act {
            Act::Step(act) => {
                why.mark(self.row(act));
                match self.overwrites(act, outdated) {
                    true => format!("and overwrites it in row {}", self.row(act)),
                    false => format!("and acts on that in row {}", self.row(act)),
                }
            }
            Act::Panic(row) => {
                why.mark(row);
                format!("and goes by that in row {row}")
            }
            Act::Fails(act) => {
                why.mark(self.row(act));
                format!("and its exchange fails for it in row {}", self.row(act))
            }
            Act::Ends | Act::FindsItAgain(_) => String::from("and goes by that to its end"),
        };
        why.say(format!(
            "T{thread} {verb} `{name}` in row {look}, {act}: in between, {others} {changes}, in {at}{from_to}.{cure}"
        ));
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

    /// The first thing that the thread looks at afterwards is what others have changed meanwhile.
    fn late_look(&self, turn: Turn, why: &mut Why) -> bool {
        let is_at_its_start = matches!(self.steps[turn.before].op, Op::Spawn(_));
        let Some(after) = turn.after.filter(|&it| self.looks(it) && !is_at_its_start) else {
            return false;
        };
        let object = self.object_of(after);
        let known = self
            .own(turn.thread, 0..after)
            .any(|it| self.object_of(it) == object);
        let mut changes = self.meanwhile(turn).rev();
        let change = changes.find(|&it| self.object_of(it) == object && self.changes(it));
        let is_lock = matches!(self.steps[after].op, Op::Lock(_) | Op::TryLock(_));
        let Some(change) = change.filter(|_| !known && !is_lock) else {
            return false;
        };
        for row in [turn.before, change, after] {
            why.mark(self.row(row));
        }
        why.say(format!(
            "T{} comes to look at `{}` only in row {}, behind row {}: in between, {} changes it.",
            turn.thread,
            self.names.object(object),
            self.row(after),
            self.row(turn.before),
            self.named(change),
        ));
        true
    }

    /// The thread has changed one thing and not yet the next, and another one sees that.
    fn half_done(&self, turn: Turn, why: &mut Why) -> bool {
        let own = |range| self.own(turn.thread, range);
        let seen = own(0..turn.before + 1).rev().find_map(|change| {
            let object = self.object_of(change);
            let sees = |&index: &usize| {
                self.object_of(index) == object
                    && self.looks(index)
                    && self.was_there(self.steps[index].thread, change)
                    && match self.steps[index].read_at {
                        Some(_) => self.graph.reads_from[index] == Some(change),
                        None => self.left(change).is_known(),
                    }
            };
            let look = self.meanwhile(turn).find(sees)?;
            self.changes(change).then_some((change, look))
        });
        let Some((change, look)) = seen else {
            return false;
        };
        let first = self.names.object(self.object_of(change));
        let next = own(turn.end..self.steps.len())
            .find(|&index| self.acts(index) && self.object_of(index) != self.object_of(change));
        for row in [change, look].into_iter().chain(next) {
            why.mark(self.row(row));
        }
        let (thread, other) = (turn.thread, self.steps[look].thread);
        let (change, look) = (self.row(change), self.row(look));
        why.say(format!(
            "T{thread} changes `{first}` in row {change}, and {}: in between, T{other} finds it so, in row {look}.",
            match next {
                Some(next) => format!("comes to row {} only later", self.row(next)),
                None => String::from("is interrupted before it does more"),
            }
        ));
        true
    }

    /// Whether that thread had been started before that step.
    fn was_there(&self, thread: usize, step: usize) -> bool {
        thread == 0
            || self.steps[..step]
                .iter()
                .any(|it| it.op == Op::Spawn(thread))
    }

    /// The thread lets a lock go and takes it again, and others have it in between.
    fn lock_let_go(&self, turn: Turn, why: &mut Why) -> bool {
        let own = |range| self.own(turn.thread, range);
        let Some(unlock) = own(0..turn.before + 1)
            .rev()
            .find(|&index| self.lock_of(index).is_some())
        else {
            return false;
        };
        let lock = self.lock_of(unlock);
        let again = own(turn.end..self.steps.len())
            .find(|&index| self.steps[index].object == lock && self.looks(index));
        let had = self
            .meanwhile(turn)
            .find(|&index| self.lock_of(index) == lock);
        let (Some(again), Some(had)) = (again, had) else {
            return false;
        };
        for row in [unlock, had, again] {
            why.mark(self.row(row));
        }
        let (thread, name) = (turn.thread, self.names.object(lock));
        let has = format!(
            "T{} has it, until row {}",
            self.steps[had].thread,
            self.row(had)
        );
        let again = self.row(again);
        let mut since = own(unlock..turn.end);
        let woken = since.rfind(|&index| matches!(self.steps[index].op, Op::Woken(_)));
        why.say(match woken {
            Some(woken) => format!(
                "T{thread} wakes up in row {} and has `{name}` again only in row {again}. In between, {has}: what T{thread} \
                 waits for may be gone by then, so it has to look again, in a loop (`while`, or `wait_while`).",
                self.row(woken)
            ),
            None => format!(
                "T{thread} lets `{name}` go in row {} and takes it again in row {again}. In between, {has}: what T{thread} \
                 found the first time need not be so any more.",
                self.row(unlock)
            ),
        });
        true
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
        crate::report::rows::threads(threads.into_iter())
    }
}
