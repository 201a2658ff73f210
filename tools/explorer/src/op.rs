//! What a thread asks for, and what it is told. Both are plain data, so that they can be remembered.

use std::sync::atomic::Ordering;

/// The number of a thread; 0 is the program's own.
pub(crate) type Tid = usize;
/// All that a thread has been told so far, by number.
pub(crate) type Node = u32;
/// What is inside a lock or a cell, by number: equal numbers, equal contents.
pub(crate) type ContentId = u32;

/// What a read-modify-write makes of the value that it finds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Update {
    /// Wraps around.
    Add(u64),
    /// Wraps around.
    Sub(u64),
    /// Bitwise *and*.
    And(u64),
    /// Bitwise *nand*.
    Nand(u64),
    /// Bitwise *or*.
    Or(u64),
    /// Bitwise *exclusive or*.
    Xor(u64),
    /// The larger of the two.
    Max(u64),
    /// The smaller of the two.
    Min(u64),
    /// As `Max` and `Min`, of two's complements with the sign at that bit.
    SignedMax(u64, u32),
    /// See there.
    SignedMin(u64, u32),
    /// That value, whatever was there.
    Swap(u64),
}

impl Update {
    /// `mask` has the bits of the type.
    pub(crate) fn of(self, old: u64, mask: u64) -> u64 {
        let key = |value: u64, sign: u32| value ^ (1 << sign);
        mask & match self {
            Update::Add(n) => old.wrapping_add(n),
            Update::Sub(n) => old.wrapping_sub(n),
            Update::And(n) => old & n,
            Update::Nand(n) => !(old & n),
            Update::Or(n) => old | n,
            Update::Xor(n) => old ^ n,
            Update::Max(n) => old.max(n),
            Update::Min(n) => old.min(n),
            Update::SignedMax(n, sign) => std::cmp::max_by_key(old, n, |&it| key(it, sign)),
            Update::SignedMin(n, sign) => std::cmp::min_by_key(old, n, |&it| key(it, sign)),
            Update::Swap(n) => n,
        }
    }
}

/// How a lock is held.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hold {
    /// Together with others who hold it so.
    Shared,
    /// Alone.
    Exclusive,
    /// Alone, for what is one step to the program: no thread stops in between.
    Turn,
}

/// The next step of a thread. `x` is the number of an atomic, `c` of a cell, `m` of a lock, `v` of a condition variable, `r`
/// of a reference count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(
    missing_docs,
    reason = "what the fields are is said once, above and in `std`"
)]
pub enum Op {
    /// The first of a thread.
    Start,
    /// Reads an atomic.
    Load { x: usize, o: Ordering },
    /// Writes it.
    Store { x: usize, val: u64, o: Ordering },
    /// Reads and writes it. `mask` has the bits of its type.
    Rmw {
        x: usize,
        by: Update,
        mask: u64,
        o: Ordering,
    },
    /// Compares and exchanges.
    Cas {
        x: usize,
        old: u64,
        new: u64,
        ok: Ordering,
        fail: Ordering,
        weak: bool,
    },
    /// A fence.
    Fence(Ordering),
    /// Reads plain memory.
    Read { c: usize },
    /// Writes it.
    Write { c: usize },
    /// Frees it.
    Free { c: usize },
    /// Waits until a lock is free, and locks.
    Lock { m: usize, hold: Hold },
    /// Locks if it is free.
    TryLock { m: usize, hold: Hold },
    /// Unlocks, and leaves that inside.
    Unlock {
        m: usize,
        hold: Hold,
        content: Content,
    },
    /// Lets other readers in, leaves that inside, and goes on as a reader.
    Downgrade { m: usize, content: Content },
    /// Unlocks, sleeps, and locks again: three steps, by the phase of the thread.
    Wait {
        v: usize,
        m: usize,
        content: Content,
        timed: bool,
    },
    /// Wakes one of those who wait.
    NotifyOne { v: usize },
    /// Wakes all of them.
    NotifyAll { v: usize },
    /// Counts one more reference.
    Ref { r: usize },
    /// Counts one less.
    Unref { r: usize },
    /// Looks how many there are.
    RefCount { r: usize },
    /// Counts one more, if the count is not zero.
    Upgrade { r: usize },
    /// Drops the reference if it is the only one.
    Unwrap { r: usize },
    /// Reads an atomic without others, and writes it if there is a value.
    Own { x: usize, val: Option<u64> },
    /// Starts that thread.
    Spawn(usize),
    /// Waits for its end.
    Join(usize),
    /// Sleeps until unparked.
    Park { timed: bool },
    /// Wakes that thread.
    Unpark(usize),
    /// `spin_loop` or `yield_now`: a waiting loop says so.
    Pause,
    /// The last. `panicked`: by `resume_unwind`, for whoever joins it.
    Done { content: Content, panicked: bool },
    /// None: it has panicked. The number of the message.
    Panic(usize),
}

/// What two steps may have in common that makes their order count, beside atomics and memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Thing {
    /// Of an atomic that is used with SeqCst only.
    Atomic(usize),
    Lock(usize),
    Condvar(usize),
    Token(Tid),
    Refs(usize),
}

impl Op {
    /// The atomic that it reads, and the ordering of the read where it succeeds.
    pub(crate) fn reads(&self) -> Option<(usize, Ordering)> {
        match *self {
            Op::Load { x, o } | Op::Rmw { x, o, .. } => Some((x, o)),
            Op::Cas { x, ok, .. } => Some((x, ok)),
            _ => None,
        }
    }

    /// What its order with others is about.
    pub(crate) fn touches(&self, t: Tid, seq_cst_order: bool) -> [Option<Thing>; 2] {
        let atomic = |x| [seq_cst_order.then_some(Thing::Atomic(x)), None];
        match *self {
            Op::Load { x, .. } | Op::Store { x, .. } | Op::Rmw { x, .. } | Op::Cas { x, .. } => {
                atomic(x)
            }
            Op::Lock { m, .. }
            | Op::TryLock { m, .. }
            | Op::Unlock { m, .. }
            | Op::Downgrade { m, .. } => [Some(Thing::Lock(m)), None],
            Op::Wait { v, m, .. } => [Some(Thing::Lock(m)), Some(Thing::Condvar(v))],
            Op::NotifyOne { v } | Op::NotifyAll { v } => [Some(Thing::Condvar(v)), None],
            Op::Park { .. } => [Some(Thing::Token(t)), None],
            Op::Unpark(u) => [Some(Thing::Token(u)), None],
            Op::Ref { r }
            | Op::Unref { r }
            | Op::RefCount { r }
            | Op::Upgrade { r }
            | Op::Unwrap { r } => [Some(Thing::Refs(r)), None],
            _ => [None, None],
        }
    }

    /// Whether others may learn by it what its thread has done.
    pub(crate) fn publishes(&self) -> bool {
        match *self {
            Op::Store { o, .. } | Op::Rmw { o, .. } | Op::Fence(o) => releases(o),
            Op::Cas { ok, .. } => releases(ok),
            Op::Unlock { .. } | Op::Downgrade { .. } => true,
            Op::Wait { .. } | Op::Unref { .. } => true,
            Op::Spawn(_) | Op::Unpark(_) | Op::Done { .. } => true,
            _ => false,
        }
    }

    /// The orderings that it names.
    pub(crate) fn orderings(&self) -> [Option<Ordering>; 2] {
        match *self {
            Op::Load { o, .. } | Op::Store { o, .. } | Op::Rmw { o, .. } => [Some(o), None],
            Op::Cas { ok, fail, .. } => [Some(ok), Some(fail)],
            _ => [None, None],
        }
    }
}

/// What is inside something that is no atomic, as its writer leaves it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Content {
    /// As it was found.
    Same,
    /// A primitive, which is compared by value.
    Value(u128),
    /// Something else. It follows from what its writer had been told by then.
    Told,
}

/// What a thread does between two steps and others cannot see yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Effect {
    Atomic {
        x: usize,
        val: u64,
    },
    /// `owned`: an allocation, which has to be freed.
    Cell {
        c: usize,
        content: Content,
        owned: bool,
    },
    Lock {
        m: usize,
        content: Content,
    },
    Refs {
        r: usize,
    },
    /// What the cell holds, after a write.
    Wrote {
        c: usize,
        content: Content,
    },
}

/// What a thread is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Reply {
    pub(crate) val: u64,
    /// False of what failed, timed out or was not the last.
    pub(crate) ok: bool,
    pub(crate) content: ContentId,
}

impl Reply {
    /// Go on.
    pub(crate) const GO: Reply = Reply {
        val: 0,
        ok: true,
        content: 0,
    };
}

pub(crate) fn acquires(o: Ordering) -> bool {
    matches!(o, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

pub(crate) fn releases(o: Ordering) -> bool {
    matches!(o, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}
