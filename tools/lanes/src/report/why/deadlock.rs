//! A deadlock: what each of the threads waits for, and why it never comes.

use super::{Evidence, Why};
use crate::report::State;
use crate::report::rows::{self, Holder, Holders};
use crate::step::{Op, Step};

impl Evidence<'_> {
    pub(super) fn deadlock(&self, why: &mut Why) {
        let mut holders = Holders::default();
        for (index, step) in self.steps.iter().enumerate() {
            if self.states[index] == State::Ran {
                holders.follow(step, self.row(index));
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            if self.states[index] != State::Blocked {
                continue;
            }
            why.mark(self.row(index));
            let (thread, object) = (step.thread, self.names.object(step.object));
            let sentence = match step.op {
                Op::Lock(_) => {
                    let of = holders.of(step.object);
                    for holder in of {
                        why.mark(holder.row);
                    }
                    let of: Vec<String> = of
                        .iter()
                        .map(
                            |Holder {
                                 thread: holder,
                                 row,
                                 ..
                             }| match holder {
                                holder if *holder == thread => {
                                    format!("T{thread} itself has held since row {row}")
                                }
                                holder => format!("T{holder} has held since row {row}"),
                            },
                        )
                        .collect();
                    format!(
                        "T{thread} waits for `{object}`, which {}.",
                        of.join(" and ")
                    )
                }
                Op::Woken(_) => self.lost_wakeup(index, &object, why),
                Op::Park => self.lost_unpark(index, why),
                Op::Join(other) => format!("T{thread} waits for T{other} to end."),
                _ => format!("T{thread} waits."),
            };
            why.say(sentence);
        }
    }

    /// What became of the notifications that a sleeping thread needs.
    fn lost_wakeup(&self, sleeper: usize, object: &str, why: &mut Why) -> String {
        let (condvar, thread) = (self.steps[sleeper].object, self.steps[sleeper].thread);
        let last = |is: &dyn Fn(&Step) -> bool| {
            (0..sleeper)
                .rev()
                .find(|&step| self.steps[step].object == condvar && is(&self.steps[step]))
        };
        let notify = last(&|step| matches!(step.op, Op::Notify { .. }));
        let wait = last(&|step| step.thread == thread && matches!(step.op, Op::Wait { .. }));
        let Some(wait) = wait else {
            return format!("T{thread} waits.");
        };
        let asleep = format!(
            "T{thread} sleeps on `{object}` since row {}",
            self.row(wait)
        );
        let Some(notify) = notify else {
            return format!("{asleep}, and nobody notifies.");
        };
        why.mark(self.row(notify));
        let (named, step) = (self.named(notify), &self.steps[notify]);
        let woken = rows::threads(step.threads_woken());
        if notify > wait {
            // It woke others. Did it help them?
            let stolen = step
                .threads_woken()
                .find_map(|other| Some((other, self.back_to_sleep(other, notify)?)));
            return match stolen {
                Some((other, back)) => {
                    why.mark(self.row(back));
                    format!(
                        "{asleep}. The last notification, {named}, woke T{other} instead, which had no use for it \
                         and went back to sleep in row {}. `notify_one` wakes any one of those who wait: if they wait \
                         for different things, give each a condition variable of its own, or wake all.",
                        self.row(back)
                    )
                }
                None => format!(
                    "{asleep}. The last notification, {named}, woke {woken} and not T{thread}: `notify_one` wakes one."
                ),
            };
        }
        if step.wakes(thread) {
            return format!(
                "{asleep}. The last notification, {named}, came before: it woke T{thread}, which did not find what it \
                 waits for, and went back to sleep. Nobody has notified since."
            );
        }
        if step.woken != 0 {
            return format!(
                "{asleep}. The last notification, {named}, came before, and woke {woken}. Nobody has notified since."
            );
        }
        let lost = format!(
            "{asleep}, but the last notification, {named}, came before: a notification that finds nobody is lost."
        );
        // If the sleeper held the lock already, it had looked, and was on its way to sleep.
        let mutex = self.steps[wait].second_object;
        let locked = (0..wait).rev().find(|&other| {
            let other = &self.steps[other];
            other.thread == thread && other.object == mutex && matches!(other.op, Op::Lock(_))
        });
        match locked {
            Some(locked) if locked < notify && step.thread != thread => {
                why.mark(self.row(locked));
                format!(
                    "{lost} T{thread} held `{}` at that moment, since row {}: had T{} changed the condition under that \
                     lock, it could not have come between the check and the wait.",
                    self.names.object(mutex),
                    self.row(locked),
                    step.thread,
                )
            }
            _ => lost,
        }
    }

    /// Where a thread that a notification woke goes back to sleep without having done anything.
    fn back_to_sleep(&self, thread: usize, notify: usize) -> Option<usize> {
        let object = self.steps[notify].object;
        let mut after = (notify + 1..self.steps.len())
            .filter(|&step| self.steps[step].thread == thread)
            .skip_while(|&step| {
                matches!(
                    self.steps[step].op,
                    Op::Woken(_) | Op::Lock(_) | Op::Load | Op::CellRead
                )
            });
        after.next().filter(|&step| {
            self.steps[step].object == object && matches!(self.steps[step].op, Op::Wait { .. })
        })
    }

    fn lost_unpark(&self, sleeper: usize, why: &mut Why) -> String {
        let thread = self.steps[sleeper].thread;
        let mut unparks = (0..sleeper)
            .filter(|&other| self.steps[other].op == Op::Unpark(thread))
            .peekable();
        if unparks.peek().is_none() {
            return format!("T{thread} is parked, and nobody unparks it.");
        }
        let last = unparks.last().unwrap_or_default();
        why.mark(self.row(last));
        format!(
            "T{thread} is parked, and the last unpark, {}, is used up.",
            self.named(last)
        )
    }
}
