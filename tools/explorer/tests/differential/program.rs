//! Small random programs: straight lines of steps, of which each class has its own mixture.

use std::fmt;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

/// A step of a thread. `v` is one of [`VARS`] atomics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Do {
    Load(usize, Ordering),
    Store(usize, u32, Ordering),
    /// Adds 100.
    Add(usize, Ordering),
    Swap(usize, u32, Ordering),
    Cas {
        v: usize,
        old: u32,
        new: u32,
        ok: Ordering,
        fail: Ordering,
        weak: bool,
    },
    Fence(Ordering),
    /// Of the one cell.
    Read,
    Write(u32),
    /// Locks the mutex, reads what it counts, and adds one.
    Lock,
    Unlock,
    /// Locks it if it is free, and lets go at once.
    TryLock,
    /// Reads, or writes, what the reader–writer lock counts.
    ReadLocked,
    WriteLocked,
    /// Waits until the flag is up.
    WaitFlag,
    /// Waits once, and sees whether the flag is up.
    WaitOnce,
    /// Raises the flag, and wakes one, or all.
    SetOne,
    SetAll,
    Park,
    UnparkFirst,
}

pub(crate) const VARS: usize = 3;

/// The steps of each thread; the first is the program's own.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Program(pub(crate) Vec<Vec<Do>>);

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (t, steps) in self.0.iter().enumerate() {
            write!(f, "\n  T{t}: {steps:?}")?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Relaxed, Acquire and Release.
    Weak,
    Fences,
    SeqCst,
    /// SeqCst among weaker accesses.
    Mixed,
    /// Mostly fences, between accesses that may be SeqCst.
    MixedFences,
    CompareExchange,
    Cell,
    CellLocked,
    Mutex,
    TryLock,
    RwLock,
    Condvar,
    Park,
}

impl Class {
    pub(crate) const ALL: [Class; 13] = [
        Class::Weak,
        Class::Fences,
        Class::SeqCst,
        Class::Mixed,
        Class::MixedFences,
        Class::CompareExchange,
        Class::Cell,
        Class::CellLocked,
        Class::Mutex,
        Class::TryLock,
        Class::RwLock,
        Class::Condvar,
        Class::Park,
    ];

    /// Whether the axioms know all steps of this class.
    pub(crate) fn is_axiomatic(self) -> bool {
        !matches!(
            self,
            Class::TryLock | Class::RwLock | Class::Condvar | Class::Park
        )
    }

    /// Whether plain interleaving is all that the language allows.
    pub(crate) fn is_interleaving(self) -> bool {
        matches!(
            self,
            Class::SeqCst | Class::RwLock | Class::Condvar | Class::Park
        )
    }
}

/// A random number generator (xorshift), so that a seed means the same everywhere.
pub(crate) struct Die(u64);

impl Die {
    pub(crate) fn new(seed: u64, n: u64) -> Self {
        let mut die = Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ ((n + 1) << 17) | 1);
        for _ in 0..5 {
            die.next();
        }
        die
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A program of two to four threads.
pub(crate) fn make(die: &mut Die, class: Class) -> Program {
    let threads = die.of(&[2, 2, 2, 3, 3, 4]);
    let most = [0, 0, 5, 3, 2][threads];
    let vars = die.of(&[1, 2, 2, 2, 3]);
    // Equal values do not tell which store was read, and let states be equal that are not.
    let same_values = die.below(3) == 0;
    let mut maker = Maker {
        die,
        class,
        vars,
        same_values,
        val: 0,
        in_lock: false,
    };
    Program((0..threads).map(|t| maker.thread(t, most)).collect())
}

struct Maker<'a> {
    die: &'a mut Die,
    class: Class,
    vars: usize,
    same_values: bool,
    val: u32,
    in_lock: bool,
}

impl Maker<'_> {
    fn thread(&mut self, t: usize, most: usize) -> Vec<Do> {
        let len = 1.max(most - self.die.below(most));
        let mut steps: Vec<Do> = Vec::new();
        self.in_lock = false;
        while steps.len() < len {
            let step = self.step(t, steps.last().copied(), steps.len() + 1 < len);
            steps.push(step);
        }
        if self.in_lock {
            steps.push(Do::Unlock);
        }
        steps
    }

    fn step(&mut self, t: usize, last: Option<Do>, inside: bool) -> Do {
        let dice = self.die.below(10);
        match (self.class, dice) {
            (Class::Fences, 6..) => {
                Do::Fence(self.die.of(&[Acquire, Release, AcqRel, SeqCst, SeqCst]))
            }
            (Class::MixedFences, _) if inside && !matches!(last, None | Some(Do::Fence(_))) => {
                Do::Fence(
                    self.die
                        .of(&[Acquire, Release, AcqRel, SeqCst, SeqCst, SeqCst]),
                )
            }
            (Class::CompareExchange, 5) => Do::Fence(self.die.of(&[Acquire, Release, SeqCst])),
            (Class::CompareExchange, 6..) => {
                let old = if self.same_values {
                    self.die.below(3)
                } else {
                    self.die.below(self.val as usize + 1)
                };
                Do::Cas {
                    v: self.die.below(self.vars),
                    old: old as u32,
                    new: self.value(),
                    ok: self.die.of(&[Relaxed, Acquire, Release, AcqRel]),
                    fail: self.die.of(&[Relaxed, Acquire]),
                    weak: dice == 9,
                }
            }
            (Class::Cell, 5 | 6) | (Class::CellLocked, 4 | 5) => Do::Read,
            (Class::Cell, 7) | (Class::CellLocked, 6) => Do::Write(self.value()),
            (Class::Cell, 8) => Do::Fence(self.die.of(&[Acquire, Release, AcqRel])),
            (Class::TryLock, 4 | 5) if !self.in_lock => Do::TryLock,
            (Class::Mutex | Class::TryLock | Class::CellLocked, 6..) | (Class::Mutex, 5) => {
                self.in_lock = !self.in_lock;
                if self.in_lock { Do::Lock } else { Do::Unlock }
            }
            (Class::RwLock, 5..8) => Do::ReadLocked,
            (Class::RwLock, 8..) => Do::WriteLocked,
            (Class::Condvar, 4 | 5) => Do::WaitFlag,
            (Class::Condvar, 6) => Do::WaitOnce,
            (Class::Condvar, 7 | 8) => Do::SetOne,
            (Class::Condvar, 9) => Do::SetAll,
            (Class::Park, 5..) => {
                if t == 0 {
                    Do::Park
                } else {
                    Do::UnparkFirst
                }
            }
            _ => self.access(),
        }
    }

    fn access(&mut self) -> Do {
        let v = self.die.below(self.vars);
        let order = |die: &mut Die, class: Class, weak: &[Ordering]| match class {
            class if class.is_interleaving() => SeqCst,
            Class::TryLock if die.below(2) == 0 => SeqCst,
            Class::Mixed | Class::MixedFences if die.below(3) == 0 => SeqCst,
            _ => die.of(weak),
        };
        match self.die.below(10) {
            0..4 => Do::Load(v, order(self.die, self.class, &[Relaxed, Acquire])),
            4..8 => Do::Store(
                v,
                self.value(),
                order(self.die, self.class, &[Relaxed, Release]),
            ),
            8 => Do::Add(
                v,
                order(self.die, self.class, &[Relaxed, Acquire, Release, AcqRel]),
            ),
            _ => Do::Swap(
                v,
                self.value(),
                order(self.die, self.class, &[Relaxed, Acquire, Release, AcqRel]),
            ),
        }
    }

    fn value(&mut self) -> u32 {
        self.val = if self.same_values {
            1 + self.die.below(2) as u32
        } else {
            self.val + 1
        };
        self.val
    }
}
