//! Two steps of a thread that belong together, and another thread in between.

use super::Turn;
use crate::report::why::{Evidence, Why};
use crate::step::{Op, Value, Wakeup};

impl Evidence<'_> {
    /// The first thing that the thread looks at afterwards is what others have changed meanwhile.
    pub(super) fn late_look(&self, turn: Turn, why: &mut Why) -> bool {
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
    pub(super) fn half_done(&self, turn: Turn, why: &mut Why) -> bool {
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

    /// A thread that a notification has woken has its lock again only after another one has had it, and does not go back to
    /// sleep. Whether there is one.
    pub(super) fn woken_late(&self, why: &mut Why) -> bool {
        let count = why.sentences.len();
        for woken in 0..self.steps.len() {
            if self.steps[woken].op != Op::Woken(Wakeup::Notified) {
                continue;
            }
            let (thread, lock) = (self.steps[woken].thread, self.steps[woken].second_object);
            let mut later = self.own(thread, woken + 1..self.steps.len());
            let Some(again) = later.find(|&it| self.steps[it].object == lock) else {
                continue;
            };
            let wakes = (0..woken).rev().find(|&it| self.steps[it].wakes(thread));
            let notifier = self.steps[wakes.unwrap_or(woken)].thread;
            // The change that it is woken for is mostly the last that the notifier has made before it notified.
            let mut changes = self.own(notifier, 0..wakes.unwrap_or(woken)).rev();
            let change = changes.find(|&it| self.lock_of(it) == lock);
            let since = change.or(wakes).unwrap_or(woken);
            let had = (since + 1..again).rev().find(|&it| {
                self.lock_of(it) == lock
                    && self.steps[it].thread != thread
                    && self.changes(it)
                    && self.taken(it).is_some_and(|taken| taken > since)
            });
            let next = later.find(|&it| self.lock_of(it) == lock);
            let sleeps_again = next.is_some_and(|it| matches!(self.steps[it].op, Op::Wait { .. }));
            let Some(had) = had.filter(|_| !sleeps_again) else {
                continue;
            };
            let found = self.steps[again].read;
            let looks_again = match self.went_to_sleep_on(woken) {
                // It found something else than before: it has a reason to go on.
                left if left.is_known() && left != found => continue,
                left if left.is_known() => {
                    "finds what it went to sleep on: a wait needs a loop that looks again"
                }
                _ => "has to look whether it is still so, in a loop",
            };
            for row in [since, had, woken, again] {
                why.mark(self.row(row));
            }
            why.say(format!(
                "T{thread} wakes up in row {} for what was so in row {}, and has `{}` again in row {}. In between, T{} has it, \
                 until row {}. T{thread} {looks_again} (`while`, or `wait_while`).",
                self.row(woken),
                self.row(since),
                self.names.object(lock),
                self.row(again),
                self.steps[had].thread,
                self.row(had),
            ));
        }
        why.sentences.len() > count
    }

    /// What the mutex held when a thread went to sleep that wakes up in that step.
    fn went_to_sleep_on(&self, woken: usize) -> Value {
        let mut own = self.own(self.steps[woken].thread, 0..woken).rev();
        let wait = own.find(|&it| matches!(self.steps[it].op, Op::Wait { .. }));
        let lock = wait.and_then(|wait| self.taken(wait));
        lock.map_or(Value::Unknown, |lock| self.steps[lock].read)
    }

    /// The thread lets a lock go and takes it again, and others have it in between.
    pub(super) fn lock_let_go(&self, turn: Turn, why: &mut Why) -> bool {
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
        let had = self.meanwhile(turn).find(|&index| {
            let thread = self.steps[index].thread;
            self.lock_of(index) == lock && self.was_there(thread, unlock)
        });
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
        why.say(format!(
            "T{thread} lets `{name}` go in row {} and takes it again in row {again}. In between, {has}: what T{thread} found the \
             first time need not be so any more.",
            self.row(unlock)
        ));
        true
    }
}
