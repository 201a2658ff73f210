//! A thread that sleeps for ever: what became of the notification that it needs. It was never sent, it went elsewhere, it came
//! too early, or it came and the thread went back to sleep.

mod untold;

use super::{Evidence, Why};
use crate::report::rows::threads;
use crate::step::{Op, Step};

/// A thread that sleeps on a condition variable.
struct Sleeper {
    thread: usize,
    /// Where it went to sleep.
    wait: usize,
    /// Where it took the mutex before.
    lock: Option<usize>,
    /// `T1 sleeps on `changed` since row 4`
    words: String,
}

impl Evidence<'_> {
    /// What became of the notifications that a sleeping thread needs.
    pub(super) fn lost_wakeup(&self, blocked: usize, why: &mut Why) -> String {
        let (thread, condvar) = (self.steps[blocked].thread, self.steps[blocked].object);
        let own = self.own(thread, 0..blocked).rev();
        let mut own = own.filter(|&it| self.steps[it].object == condvar);
        let Some(wait) = own.find(|&it| matches!(self.steps[it].op, Op::Wait { .. })) else {
            return format!("T{thread} waits.");
        };
        let mutex = self.steps[wait].second_object;
        let mut locks = self.own(thread, 0..wait).rev();
        let sleeper = Sleeper {
            thread,
            wait,
            lock: locks.find(|&it| {
                self.steps[it].object == mutex && matches!(self.steps[it].op, Op::Lock(_))
            }),
            words: format!(
                "T{thread} sleeps on `{}` since row {}",
                self.names.object(condvar),
                self.row(wait)
            ),
        };
        why.mark(self.row(wait));
        let notifies = |&it: &usize| {
            self.steps[it].object == condvar && matches!(self.steps[it].op, Op::Notify { .. })
        };
        let Some(notify) = (0..blocked).rev().find(notifies) else {
            return format!(
                "{}, and nobody notifies.{}",
                sleeper.words,
                self.untold(&sleeper, wait, why)
            );
        };
        why.mark(self.row(notify));
        match notify > wait {
            true => self.woke_another(&sleeper, notify, why),
            false => self.came_before(&sleeper, notify, why),
        }
    }

    /// The last notification came while the thread slept, and woke others. Did it help them?
    fn woke_another(&self, sleeper: &Sleeper, notify: usize, why: &mut Why) -> String {
        let Sleeper { thread, words, .. } = sleeper;
        let (named, step) = (self.named(notify), &self.steps[notify]);
        let stolen = step
            .threads_woken()
            .find_map(|other| Some((other, self.back_to_sleep(other, notify)?)));
        if let Some((other, back)) = stolen {
            why.mark(self.row(back));
            return format!(
                "{words}. The last notification, {named}, woke T{other} instead, which had no use for it \
                 and went back to sleep in row {}. `notify_one` wakes any one of those who wait: if they wait \
                 for different things, give each a condition variable of its own, or wake all.",
                self.row(back)
            );
        }
        let woken = threads(step.threads_woken());
        format!(
            "{words}. The last notification, {named}, woke {woken} and not T{thread}: `notify_one` wakes one.{}",
            self.untold(sleeper, notify, why)
        )
    }

    /// The last notification came before the thread slept, the last time that it did.
    fn came_before(&self, sleeper: &Sleeper, notify: usize, why: &mut Why) -> String {
        let Sleeper {
            thread,
            wait,
            words,
            ..
        } = sleeper;
        let (named, step) = (self.named(notify), &self.steps[notify]);
        if step.wakes(*thread) {
            return format!(
                "{words}. The last notification, {named}, came before: it woke T{thread}, which did not find what it \
                 waits for, and went back to sleep. Nobody has notified since.{}",
                self.untold(sleeper, notify, why)
            );
        }
        let woken = match step.woken {
            0 => String::from(" and found nobody asleep"),
            _ => format!(" and woke {}", threads(step.threads_woken())),
        };
        let begun = self.own(*thread, 0..*wait).next().unwrap_or(*wait);
        let before = match notify < begun {
            true => format!("before T{thread} had begun,"),
            false => String::from("before"),
        };
        let mutex = self.steps[*wait].second_object;
        match sleeper.lock {
            // It held the lock already: it had looked, and was on its way to sleep.
            Some(lock) if lock < notify && step.thread != *thread => {
                why.mark(self.row(lock));
                format!(
                    "{words}, but the last notification, {named}, came before: a notification that finds nobody is lost. \
                     T{thread} held `{}` at that moment, since row {}: had T{} changed the condition under that \
                     lock, it could not have come between the check and the wait.",
                    self.names.object(mutex),
                    self.row(lock),
                    step.thread,
                )
            }
            Some(lock) if step.thread != *thread => {
                why.mark(self.row(lock));
                let changed = self.untold(sleeper, *wait, why);
                let came =
                    format!("{words}, but the last notification, {named}, came {before}{woken}.");
                if !changed.is_empty() {
                    return came + &changed;
                }
                let found = match self.steps[lock].read {
                    found if found.is_known() => {
                        format!(", and found it {}", self.names.value(found))
                    }
                    _ => String::new(),
                };
                format!(
                    "{came} T{thread} has taken `{}` after that, in row {}{found}, and went to sleep all the same.",
                    self.names.object(mutex),
                    self.row(lock),
                )
            }
            _ => format!(
                "{words}, but the last notification, {named}, came before: a notification that finds nobody is lost."
            ),
        }
    }

    /// Where a thread that a notification woke goes back to sleep without having done anything.
    fn back_to_sleep(&self, thread: usize, notify: usize) -> Option<usize> {
        let object = self.steps[notify].object;
        let looks = |step: &Step| {
            matches!(
                step.op,
                Op::Woken(_) | Op::Lock(_) | Op::Load | Op::CellRead
            )
        };
        let after = self.own(thread, notify + 1..self.steps.len());
        let mut after = after.skip_while(|&step| looks(&self.steps[step]));
        after.next().filter(|&step| {
            self.steps[step].object == object && matches!(self.steps[step].op, Op::Wait { .. })
        })
    }

    pub(super) fn lost_unpark(&self, blocked: usize, why: &mut Why) -> String {
        let thread = self.steps[blocked].thread;
        let Some(last) = (0..blocked)
            .rev()
            .find(|&other| self.steps[other].op == Op::Unpark(thread))
        else {
            let change = self.change_without_unpark(blocked, why);
            return format!("T{thread} is parked, and nobody unparks it.{change}");
        };
        why.mark(self.row(last));
        let mut parks = self.own(thread, last..blocked);
        let used = parks.find(|&it| self.steps[it].op == Op::Park && !self.steps[it].spurious);
        match used {
            Some(park) => {
                why.mark(self.row(park));
                format!(
                    "T{thread} is parked, and the last unpark, {}, is used up: by the `park` in row {}.",
                    self.named(last),
                    self.row(park)
                )
            }
            None => format!(
                "T{thread} is parked, and the last unpark, {}, is used up.",
                self.named(last)
            ),
        }
    }

    /// Who has changed what a parked thread has looked at last, and has not unparked it.
    fn change_without_unpark(&self, blocked: usize, why: &mut Why) -> String {
        let thread = self.steps[blocked].thread;
        let looks = |&it: &usize| self.steps[it].is_atomic() && self.looks(it);
        let Some(look) = self.own(thread, 0..blocked).rev().find(looks) else {
            return String::new();
        };
        let object = self.steps[look].object;
        let change = (look + 1..blocked).rev().find(|&it| {
            let step = &self.steps[it];
            step.thread != thread && step.object == object && self.changes(it)
        });
        let Some(change) = change else {
            return String::new();
        };
        why.mark(self.row(look));
        why.mark(self.row(change));
        format!(
            " T{} changes `{}` in row {}, at which T{thread} has looked in row {}, and no unpark follows.",
            self.steps[change].thread,
            self.names.object(object),
            self.row(change),
            self.row(look),
        )
    }
}
