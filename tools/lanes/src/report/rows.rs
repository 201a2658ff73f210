//! A step as a row of the table.

use std::collections::HashMap;

use super::names::Names;
use crate::step::{Access, Call, ObjectId, ObjectKind, Op, Step, Value, Wakeup};

/// One row of a report: one step of one thread.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Its number, counted from 1.
    pub row: usize,
    /// Which thread took the step; 0 is the one that the model began with.
    pub thread: usize,
    /// What sort of step: `load`, `store`, `rmw`, `cas`, `cell_write`, `lock`, …
    pub op: &'static str,
    /// The name of the object.
    pub object: Option<String>,
    /// The step as the table shows it.
    pub text: String,
    /// The ordering that was in force.
    pub ordering: Option<String>,
    /// The value it read.
    pub read: Option<String>,
    /// The value it wrote.
    pub wrote: Option<String>,
    /// The file, relative to its package.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1.
    pub column: u32,
    /// The source line, without the white space around it.
    pub source: String,
    /// The function that it stands in.
    pub function: Option<String>,
    /// Whether the step took effect.
    pub state: State,
    /// The row whose value it read. None if it read the first value.
    pub reads_from: Option<usize>,
    /// A row that had written a newer value by then, if it read an old one.
    pub stale: Option<usize>,
    /// A row of another thread that happens before this one because of this step.
    pub synchronizes_with: Option<usize>,
}

/// Whether a step took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It did.
    Ran,
    /// It waits for ever.
    Blocked,
    /// It is where the execution failed.
    Failed,
}

impl State {
    pub(super) fn key(self) -> &'static str {
        match self {
            State::Ran => "ran",
            State::Blocked => "blocked",
            State::Failed => "failed",
        }
    }
}

/// Which thread holds which lock, and since which row.
#[derive(Default)]
pub(super) struct Holders {
    locks: HashMap<ObjectId, Vec<Holder>>,
}

/// A thread that holds a lock.
#[derive(Clone, Copy)]
pub(super) struct Holder {
    pub(super) thread: usize,
    /// Since which row.
    pub(super) row: usize,
    /// What it found inside.
    found: Value,
}

impl Holders {
    /// Follows the locks over one more step.
    pub(super) fn follow(&mut self, step: &Step, row: usize) {
        match (step.op, step.object) {
            (Op::Lock(_) | Op::TryLock(_), Some(lock)) if step.succeeded => {
                self.locks.entry(lock).or_default().push(Holder {
                    thread: step.thread,
                    row,
                    found: step.read,
                });
            }
            (Op::Unlock(_), Some(lock)) => self.release(lock, step.thread),
            (Op::Wait { .. }, _) => {
                if let Some(mutex) = step.second_object {
                    self.release(mutex, step.thread);
                }
            }
            _ => {}
        }
    }

    fn release(&mut self, lock: ObjectId, thread: usize) {
        let holders = self.locks.entry(lock).or_default();
        if let Some(last) = holders.iter().rposition(|holder| holder.thread == thread) {
            holders.remove(last);
        }
    }

    /// The threads that hold a lock.
    pub(super) fn of(&self, lock: Option<ObjectId>) -> &[Holder] {
        lock.and_then(|lock| self.locks.get(&lock))
            .map_or(&[], Vec::as_slice)
    }

    /// How `thread` took the lock that it is about to release.
    fn taken(&self, lock: Option<ObjectId>, thread: usize) -> Option<Holder> {
        let mut holders = self.of(lock).iter().rev();
        holders.find(|holder| holder.thread == thread).copied()
    }
}

/// The word for a step in JSON.
pub(super) fn op_key(op: Op) -> &'static str {
    match op {
        Op::Load => "load",
        Op::Store => "store",
        Op::Rmw(_) => "rmw",
        Op::CompareExchange { .. } => "cas",
        Op::Exclusive(_) => "exclusive",
        Op::Fence => "fence",
        Op::CellRead => "cell_read",
        Op::CellWrite => "cell_write",
        Op::CellEnd { .. } => "cell_end",
        Op::Lock(_) => "lock",
        Op::TryLock(_) => "try_lock",
        Op::Unlock(_) => "unlock",
        Op::Downgrade => "downgrade",
        Op::Wait { .. } => "wait",
        Op::Woken(_) => "woken",
        Op::Notify { .. } => "notify",
        Op::Unpark(_) => "unpark",
        Op::Park | Op::ParkTimeout => "park",
        Op::Spin => "spin",
        Op::Spawn(_) => "spawn",
        Op::Join(_) => "join",
        Op::End => "end",
        Op::Alloc => "alloc",
        Op::Free => "free",
        Op::Use => "use",
        Op::Clone => "clone",
        Op::Drop => "drop",
        Op::Upgrade => "upgrade",
        Op::Pin => "pin",
        Op::Unpin => "unpin",
        Op::Defer => "defer",
        Op::Call(_) => "call",
        Op::Note(_) => "note",
    }
}

/// A step in words. `holders` are those before it; `function` is where a lock is taken, if that is worth saying.
pub(super) fn text(
    step: &Step,
    state: State,
    names: &Names,
    holders: &Holders,
    function: Option<&str>,
) -> String {
    let done = state == State::Ran;
    let mut text = describe(step, done, names, holders);
    let function = function.filter(|_| matches!(step.op, Op::Lock(_) | Op::TryLock(_)));
    if let Some(function) = function {
        text = format!("{text}, in {function}");
    }
    match state {
        State::Ran => text,
        State::Failed => format!("✗ {text}"),
        State::Blocked => format!("⏸ {text}: {}", why_blocked(step, names, holders)),
    }
}

fn describe(step: &Step, done: bool, names: &Names, holders: &Holders) -> String {
    let object = names.object(step.object);
    let value = |value| names.value(value);
    let order = step
        .effective_order()
        .map(|order| format!("{order:?}"))
        .unwrap_or_default();
    let arrow = |text: String, result: Value| match result {
        result if done && result.is_known() => format!("{text} → {}", value(result)),
        _ => text,
    };
    let change = |text: String| match (step.read, step.wrote) {
        (old, new) if done && old.is_known() && new.is_known() => {
            format!("{text}: {} → {}", value(old), value(new))
        }
        _ => text,
    };
    match step.op {
        Op::Load => arrow(format!("{object}.load({order})"), step.read),
        Op::Store => format!("{object}.store({}, {order})", value(step.argument)),
        Op::Rmw(method) => change(format!(
            "{object}.{method}({}, {order})",
            value(step.argument)
        )),
        Op::CompareExchange { .. } => {
            let (old, new) = (value(step.expected), value(step.argument));
            let result = match (done, step.succeeded, step.spurious) {
                (false, ..) => String::new(),
                (_, true, _) => String::from(" ok"),
                (_, _, true) => String::from(" fails, spuriously"),
                _ => format!(" fails: {}", value(step.read)),
            };
            format!("{object}.cas({old} → {new}, {order}){result}")
        }
        Op::Exclusive(method) if step.wrote.is_known() => change(format!("{object}.{method}()")),
        Op::Exclusive(method) => arrow(format!("{object}.{method}()"), step.read),
        Op::Fence => format!("fence({order})"),
        Op::CellRead => arrow(format!("read {object}"), step.read),
        Op::CellWrite => change(format!("write {object}")),
        Op::CellEnd { write: true } => format!("still writing {object}, until here"),
        Op::CellEnd { write: false } => format!("still reading {object}, until here"),
        Op::Lock(access) => arrow(format!("{} {object}", lock_word(access)), step.read),
        Op::TryLock(access) => {
            let result = match (done, step.succeeded) {
                (false, _) => "",
                (_, true) => " ok",
                (_, false) => " fails: locked",
            };
            arrow(
                format!("try_{} {object}{result}", lock_word(access)),
                step.read,
            )
        }
        Op::Unlock(_) => match holders.taken(step.object, step.thread) {
            Some(Holder { row, found, .. }) if found != step.wrote && step.wrote.is_known() => {
                let (old, new) = (value(found), value(step.wrote));
                format!("unlock {object}: {old} → {new} (of row {row})")
            }
            Some(Holder { row, .. }) => format!("unlock {object} (of row {row})"),
            None => format!("unlock {object}"),
        },
        Op::Downgrade => format!("downgrade {object}"),
        // Of a futex.
        Op::Wait { .. } if step.second_object.is_none() => {
            let text = format!("wait({object}, {})", value(step.argument));
            match step.read {
                now if done && now.is_known() => format!("{text} returns: it is {}", value(now)),
                _ => text,
            }
        }
        Op::Wait { timed } => {
            let method = if timed { "wait_timeout" } else { "wait" };
            format!(
                "{method} {object}, unlock {}",
                names.object(step.second_object)
            )
        }
        Op::Woken(_) if !done => format!("wait {object}"),
        Op::Woken(Wakeup::Notified) => format!("woken by {object}"),
        Op::Woken(Wakeup::Spurious) => format!("wakes from {object}, spuriously"),
        Op::Woken(Wakeup::TimedOut) => format!("wait_timeout {object}: time is up"),
        Op::Notify { all } => {
            let how_many = if all { "all" } else { "one" };
            let call = match names.is(step.object, ObjectKind::Condvar) {
                true => format!("{object}.notify_{how_many}()"),
                false => format!("wake_{how_many}({object})"),
            };
            match () {
                _ if !done => call,
                _ if step.woken == 0 => format!("{call}: nobody waits"),
                _ => format!("{call}: wakes {}", threads(step.threads_woken())),
            }
        }
        Op::Unpark(thread) => format!("unpark T{thread}"),
        Op::Park if step.spurious => String::from("park ends, spuriously"),
        Op::Park => String::from("park"),
        Op::ParkTimeout if step.spurious => String::from("park_timeout: time is up"),
        Op::ParkTimeout => String::from("park_timeout"),
        Op::Spin => step.method.to_owned(),
        Op::Spawn(thread) => format!("spawn T{thread}"),
        Op::Join(thread) => format!("join T{thread}"),
        Op::End => String::from("end"),
        Op::Alloc => format!("new {object}"),
        Op::Free => format!("free {object}"),
        Op::Use => format!("use {object}"),
        Op::Clone => format!("clone {object}: {} now", value(step.wrote)),
        Op::Drop if done => format!("drop {object}: {} left", value(step.wrote)),
        Op::Drop => format!("drop {object}"),
        Op::Upgrade if step.succeeded => arrow(format!("upgrade {object}"), step.wrote),
        Op::Upgrade => format!("upgrade {object} fails"),
        Op::Pin => String::from("pin"),
        Op::Unpin => String::from("unpin"),
        Op::Defer if step.second_object.is_some() => format!("defer_destroy {object}"),
        Op::Defer => String::from("defer"),
        Op::Call(Call { method, says, .. }) => {
            let argument = match step.argument {
                argument if argument.is_known() => value(argument),
                _ => String::new(),
            };
            let says = if done { says } else { "" };
            let text = arrow(format!("{object}.{method}({argument}){says}"), step.read);
            match step.woken {
                0 => text,
                _ => format!("{text}, wakes {}", threads(step.threads_woken())),
            }
        }
        Op::Note(words) => format!("“{words}”"),
    }
}

/// `T0, T1 and T2`
pub(super) fn threads(numbers: impl Iterator<Item = usize>) -> String {
    let names: Vec<String> = numbers.map(|number| format!("T{number}")).collect();
    and(&names)
}

/// `one, two and three`
pub(super) fn and(words: &[String]) -> String {
    match words {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => words.concat(),
    }
}

fn lock_word(access: Access) -> &'static str {
    match access {
        Access::Mutex => "lock",
        Access::Read => "read-lock",
        Access::Write => "write-lock",
    }
}

fn why_blocked(step: &Step, names: &Names, holders: &Holders) -> String {
    match step.op {
        Op::Lock(_) => {
            let of: Vec<String> = holders
                .of(step.object)
                .iter()
                .map(|Holder { thread, row, .. }| match thread {
                    thread if *thread == step.thread => format!("itself (row {row})"),
                    thread => format!("T{thread} (row {row})"),
                })
                .collect();
            format!("held by {}", of.join(", "))
        }
        Op::Woken(_) if names.is(step.object, ObjectKind::Condvar) => {
            String::from("nobody notifies")
        }
        Op::Woken(_) => String::from("nobody wakes it"),
        Op::Park => String::from("nobody unparks"),
        Op::Join(thread) => format!("T{thread} never ends"),
        _ => String::from("waits"),
    }
}
