//! What a program uses, as far as it is known.

use std::sync::atomic::Ordering::SeqCst;

use crate::op::Op;

/// What has to be remembered depends on what the program uses. It is learnt on the way, and the search starts again then.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Uses {
    /// Fences that are not SeqCst, or SeqCst ones among weaker accesses.
    pub(crate) fences: bool,
    pub(crate) seq_cst: bool,
    pub(crate) weaker: bool,
    /// Bit m: the lock is asked for without waiting.
    pub(crate) tried: u64,
    /// Bit r: the count is looked at.
    pub(crate) counted: u64,
    /// How often a thread may wake up for no reason; as often as it likes if that is not said. This one is told, and not learnt.
    pub(crate) wakes: Option<u8>,
    /// Waiting loops in which something is written.
    pub(crate) busy_waits: bool,
}

impl Uses {
    /// All atomic accesses are SeqCst: their order is the order of execution.
    pub(crate) fn seq_cst_order(self) -> bool {
        self.seq_cst && !self.weaker
    }

    /// SeqCst is mixed with weaker accesses, and judged by the graph of the execution.
    pub(crate) fn seq_cst_graph(self) -> bool {
        self.seq_cst && self.weaker
    }

    /// Learns what a step uses.
    pub(crate) fn learn(&mut self, op: Op) {
        for o in op.orderings().into_iter().flatten() {
            self.seq_cst |= o == SeqCst;
            self.weaker |= o != SeqCst;
        }
        match op {
            Op::Fence(o) => {
                self.fences = true;
                self.seq_cst |= o == SeqCst;
            }
            Op::TryLock { m, .. } => {
                self.tried |= bit(m);
                // One that fails has seen another thread, and has learnt nothing from it.
                self.weaker = true;
            }
            Op::RefCount { r } | Op::Upgrade { r } | Op::Unwrap { r } => self.counted |= bit(r),
            _ => {}
        }
    }
}

/// Things with a high number share a bit: what is said of one may be said of all.
pub(crate) fn bit(number: usize) -> u64 {
    1 << number.min(63)
}
