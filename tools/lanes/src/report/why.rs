//! Why it failed: which rows to look at, and which edge is missing between them.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use super::graph::{Graph, Missing};
use super::names::Names;
use super::rows::{self, Holder, Holders, State};
use super::{Kind, Memory};
use crate::step::{Op, Step, Wakeup};

/// The page that explains what the checker gets wrong.
const PAGE: &str = "“What the checker cannot know” (book/src/what_the_checker_cannot_know.md)";

/// An explanation: sentences, and the rows that they are about.
#[derive(Default)]
pub(super) struct Why {
    pub(super) sentences: Vec<String>,
    pub(super) marked: BTreeSet<usize>,
}

/// What an explanation is made from.
pub(super) struct Case<'a> {
    pub(super) kind: Kind,
    pub(super) memory: Memory,
    pub(super) steps: &'a [Step],
    pub(super) states: &'a [State],
    /// The row of each step, which may have none.
    pub(super) row_of: &'a [Option<usize>],
    pub(super) names: &'a Names,
    pub(super) graph: &'a Graph<'a>,
}

impl Case<'_> {
    pub(super) fn explain(&self) -> Why {
        let mut why = Why::default();
        if self.memory == Memory::Incoherent {
            why.say(
                "no machine does this: the values of one atomic contradict each other. The checker mistook \
                 the order of a store and a read-modify-write (loom's issue 389).",
            );
            why.say(format!("It is not your program's fault. See {PAGE}."));
            return why;
        }
        match self.kind {
            Kind::DataRace => self.race(&mut why),
            Kind::Deadlock => self.deadlock(&mut why),
            Kind::Livelock => self.livelock(&mut why),
            Kind::Leak => self.leak(&mut why),
            Kind::Assertion | Kind::Panic => self.values(&mut why),
            _ => {}
        }
        why
    }

    fn row(&self, step: usize) -> usize {
        self.row_of[step].unwrap_or(0)
    }

    /// `row 4 (T1)`
    fn named(&self, step: usize) -> String {
        format!("row {} (T{})", self.row(step), self.steps[step].thread)
    }

    fn race(&self, why: &mut Why) {
        let Some(second) = self.states.iter().position(|state| *state == State::Failed) else {
            return;
        };
        let object = self.names.object(self.steps[second].object);
        let first = self.graph.race_with_last();
        let Some(first) = first else {
            why.mark(self.row(second));
            return;
        };
        why.mark(self.row(first));
        why.mark(self.row(second));
        why.say(format!(
            "{} and {} access `{object}`, at least one of them writes, and nothing orders the first before \
             the second.",
            self.named(first),
            self.named(second),
        ));
        match self.graph.missing_between(first, second) {
            Some(missing) => self.missing(&missing, why),
            None => {
                let (one, other) = (self.steps[first].thread, self.steps[second].thread);
                why.say(format!(
                    "T{other} has read nothing that T{one} wrote after row {}: they have not spoken in \
                     between.",
                    self.row(first)
                ));
                // What each should have seen of the other, it has missed.
                if self.memory == Memory::Weak {
                    self.reordered(why);
                }
            }
        }
    }

    /// Names the edges that stronger orderings would make.
    fn missing(&self, missing: &[Missing], why: &mut Why) {
        for edge in missing {
            let (writer, reader) = (&self.steps[edge.writer], &self.steps[edge.reader]);
            let object = self.names.object(writer.object);
            let mut needs = Vec::new();
            if edge.needs_release {
                let both = matches!(writer.order, Some(Ordering::Acquire));
                needs.push(format!(
                    "row {} writes with {}, needs {}",
                    self.row(edge.writer),
                    word(writer.order),
                    if both { "AcqRel" } else { "Release" }
                ));
            }
            if edge.needs_acquire {
                let order = reader.effective_order();
                let both = matches!(order, Some(Ordering::Release));
                needs.push(format!(
                    "row {} reads with {}, needs {}",
                    self.row(edge.reader),
                    word(order),
                    if both {
                        "AcqRel, or `fence(Acquire)` behind it"
                    } else {
                        "Acquire"
                    }
                ));
            }
            why.mark(self.row(edge.writer));
            why.mark(self.row(edge.reader));
            why.say(format!(
                "the value of `{object}` went from row {} to row {}, but nothing else went with it: {}.",
                self.row(edge.writer),
                self.row(edge.reader),
                needs.join("; ")
            ));
        }
    }

    /// A panic or an assertion: how did the values come about?
    fn values(&self, why: &mut Why) {
        self.spurious(why);
        self.use_after_free(why);
        match self.memory {
            Memory::Interleaving => {
                self.lost_updates(why);
                why.say("this is an ordinary interleaving: orderings alone will not fix it.");
            }
            Memory::Weak => self.reordered(why),
            _ => self.stale_reads(why),
        }
    }

    /// A memory-ordering effect: which reads are to blame for it?
    fn reordered(&self, why: &mut Why) {
        why.say(
            "no interleaving of these steps gives these values: only a machine that reorders memory \
             accesses shows it.",
        );
        self.stale_reads(why);
    }

    /// Steps that reach what was freed before: who freed it?
    fn use_after_free(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let verb = match step.op {
                Op::CellRead => "reads",
                Op::CellWrite => "changes",
                Op::Free => "frees",
                _ => continue,
            };
            let freed = |other: &Step| other.op == Op::Free && other.object == step.object;
            let Some(free) = self.steps[..index].iter().position(freed) else {
                continue;
            };
            why.mark(self.row(free));
            why.mark(self.row(index));
            why.say(format!(
                "{} {verb} `{}`, which {} has freed.",
                self.named(index),
                self.names.object(step.object),
                self.named(free),
            ));
        }
    }

    /// Waits that ended, and weak operations that failed, without a reason.
    fn spurious(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let sentence = match step.op {
                Op::Woken(Wakeup::Spurious) => {
                    "woke up though nobody notified it, as a wait may: check the condition in a loop (`while`, \
                     or `wait_while`)"
                }
                Op::Park if step.spurious => {
                    "came back from `park` though nobody unparked it, as it may: check the condition in a loop"
                }
                Op::CompareExchange { .. } if step.spurious => {
                    "failed though the value was as expected, as `compare_exchange_weak` may: try again in a \
                     loop, or use `compare_exchange`"
                }
                _ => continue,
            };
            why.mark(self.row(index));
            why.say(format!("{} {sentence}.", self.named(index)));
        }
    }

    /// A write that falls between a load and the store that was computed from it.
    fn lost_updates(&self, why: &mut Why) {
        for (store, step) in self.steps.iter().enumerate() {
            if step.op != Op::Store {
                continue;
            }
            let same = |other: usize| self.steps[other].object == step.object;
            let load = (0..store)
                .rev()
                .find(|&other| same(other) && self.steps[other].thread == step.thread);
            let Some(load) = load.filter(|&load| self.steps[load].op == Op::Load) else {
                continue;
            };
            let between = (load + 1..store).find(|&other| {
                same(other)
                    && self.steps[other].thread != step.thread
                    && self.steps[other].is_atomic()
                    && self.steps[other].writes()
            });
            let Some(between) = between else { continue };
            for row in [load, between, store] {
                why.mark(self.row(row));
            }
            why.say(format!(
                "{} writes `{}` between the load in row {} and the store in row {}, which overwrites it. One \
                 read-modify-write (such as `fetch_add` or `compare_exchange`) leaves no gap.",
                self.named(between),
                self.names.object(step.object),
                self.row(load),
                self.row(store),
            ));
        }
    }

    fn stale_reads(&self, why: &mut Why) {
        for (read, newer) in self.graph.stale.iter().enumerate() {
            let Some(newer) = *newer else { continue };
            let step = &self.steps[read];
            if step.read == self.steps[newer].wrote || self.steps[newer].thread == step.thread {
                continue;
            }
            why.mark(self.row(read));
            why.mark(self.row(newer));
            let object = self.names.object(step.object);
            why.say(format!(
                "row {} read an old value of `{object}`: nothing orders row {}, which wrote {}, before it.",
                self.row(read),
                self.row(newer),
                self.names.value(self.steps[newer].wrote),
            ));
            match self.graph.missing_between(newer, read) {
                Some(missing) => self.missing(&missing, why),
                None => self.store_buffering(read, why),
            }
        }
    }

    /// The reader stored something else before it read.
    fn store_buffering(&self, read: usize, why: &mut Why) {
        let step = &self.steps[read];
        let store = (0..read).rev().find(|&other| {
            let other = &self.steps[other];
            other.thread == step.thread && other.op == Op::Store && other.object != step.object
        });
        if let Some(store) = store {
            why.say(format!(
                "rows {} and {} may change places: only SeqCst, on both sides, keeps a store before a later \
                 load of another variable.",
                self.row(store),
                self.row(read)
            ));
        }
    }

    fn deadlock(&self, why: &mut Why) {
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
        let mutex = self.steps[wait].mutex;
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

    fn livelock(&self, why: &mut Why) {
        // The steps at the end, by thread: who spins, and who forgot to say so?
        let tail = &self.steps[self.steps.len().saturating_sub(60)..];
        let threads: BTreeSet<usize> = tail.iter().map(|step| step.thread).collect();
        for thread in threads {
            let own = || tail.iter().filter(move |step| step.thread == thread);
            let says_so = own().any(|step| matches!(step.op, Op::Spin | Op::Woken(_)));
            let looks = |step: &&Step| !matches!(step.op, Op::Spin | Op::Unlock(_));
            let Some(step) = own().rfind(looks) else {
                continue;
            };
            let first = self.steps.iter().position(|other| {
                (other.thread, other.op, other.site, other.read)
                    == (step.thread, step.op, step.site, step.read)
            });
            let row = first.map_or(0, |first| self.row(first));
            why.mark(row);
            let object = self.names.object(step.object);
            why.say(match says_so {
                true => format!(
                    "T{thread} goes round and round at row {row}, waiting for `{object}` to change."
                ),
                false => format!(
                    "T{thread} does row {row} again and again and never says that it waits. If it is a waiting \
                     loop, call `hint::spin_loop()` or `thread::yield_now()` in it, from `crate::sync`."
                ),
            });
        }
    }

    fn leak(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let freed = |other: &Step| other.op == Op::Free && other.object == step.object;
            if step.op != Op::Alloc || self.steps.iter().any(freed) {
                continue;
            }
            why.mark(self.row(index));
            let object = self.names.object(step.object);
            let of = |op| {
                let same = |other: &&Step| other.op == op && other.object == step.object;
                self.steps.iter().filter(same).count()
            };
            let (clones, drops) = (of(Op::Clone), of(Op::Drop));
            why.say(match clones + drops {
                0 => format!(
                    "`{object}`, made in row {}, is never dropped.",
                    self.row(index)
                ),
                _ => format!(
                    "of `{object}`, made in row {}, there were {} references; {drops} of them {} dropped.",
                    self.row(index),
                    clones + 1,
                    if drops == 1 { "was" } else { "were" }
                ),
            });
        }
    }
}

impl Why {
    fn say(&mut self, sentence: impl Into<String>) {
        self.sentences.push(sentence.into());
    }

    fn mark(&mut self, row: usize) {
        if row > 0 {
            self.marked.insert(row);
        }
    }
}

fn word(order: Option<Ordering>) -> String {
    order.map(|order| format!("{order:?}")).unwrap_or_default()
}
