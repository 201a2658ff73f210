//! What has changed while a thread slept, and told it nothing.

use super::Sleeper;
use crate::report::State;
use crate::report::why::{Evidence, Why, and, rows};
use crate::step::{ObjectId, Op};

impl Evidence<'_> {
    /// What has happened under the mutex since `from`, when the thread slept already, and has told it nothing.
    pub(super) fn untold(&self, sleeper: &Sleeper, from: usize, why: &mut Why) -> String {
        let step = &self.steps[sleeper.wait];
        let (condvar, mutex) = (step.object, step.second_object);
        let from = from.max(sleeper.wait);
        let others = (from + 1..self.steps.len())
            .filter(|&it| self.steps[it].thread != sleeper.thread && self.states[it] == State::Ran);
        let mut words = String::new();
        let lets_go = others.clone().filter(|&it| {
            matches!(self.steps[it].op, Op::Unlock(_))
                && self.steps[it].object == mutex
                && self.changes(it)
        });
        let silent: Vec<(usize, usize)> = lets_go
            .filter_map(|unlock| Some((self.taken(unlock)?, unlock)))
            .filter(|&(lock, unlock)| !self.tells(condvar, lock, unlock))
            .collect();
        if !silent.is_empty() {
            let known = silent
                .iter()
                .all(|&(_, unlock)| self.steps[unlock].wrote.is_known());
            let each = silent.iter().map(|&(lock, unlock)| {
                why.mark(self.row(lock));
                why.mark(self.row(unlock));
                let (from, to) = (self.row(lock), self.row(unlock));
                format!("T{} (rows {from} to {to})", self.steps[unlock].thread)
            });
            words += &format!(
                " After that, {} {} `{}`, and told T{} nothing",
                and(&each.collect::<Vec<String>>()),
                if known { "changed" } else { "had" },
                self.names.object(mutex),
                sleeper.thread,
            );
        }
        // Where others were woken here, those who notify elsewhere have their reasons.
        let notifies = |it: usize| matches!(self.steps[it].op, Op::Notify { .. });
        let is_told = |it: usize| notifies(it) && self.steps[it].object == condvar;
        let is_silent = !(sleeper.wait..self.steps.len()).any(is_told);
        let elsewhere: Vec<usize> = others.filter(|&it| is_silent && notifies(it)).collect();
        let separator = if words.is_empty() {
            " After that, "
        } else {
            ": "
        };
        if let Some(&last) = elsewhere.last() {
            let other = self.steps[last].object;
            let at: Vec<usize> = elsewhere
                .into_iter()
                .filter(|&it| self.steps[it].object == other)
                .collect();
            for &notify in &at {
                why.mark(self.row(notify));
            }
            words += &format!(
                "{separator}{} notified `{}`, which is another condition variable",
                rows(at.iter().map(|&it| self.row(it))),
                self.names.object(other),
            );
        }
        if !words.is_empty() {
            words += ".";
        }
        words
    }

    /// Whether the thread that held a lock from `lock` to `unlock` notified then, or behind that before it took one again.
    fn tells(&self, condvar: Option<ObjectId>, lock: usize, unlock: usize) -> bool {
        let own = self.own(self.steps[lock].thread, lock + 1..self.steps.len());
        let is_next = |it: usize| it > unlock && matches!(self.steps[it].op, Op::Lock(_));
        own.take_while(|&it| !is_next(it)).any(|it| {
            self.steps[it].object == condvar && matches!(self.steps[it].op, Op::Notify { .. })
        })
    }
}
