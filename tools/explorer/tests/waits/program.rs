//! Small random programs that wait: in loops and without, on all that there is to wait for.

use std::fmt;

/// A step of a thread. `v` is an atomic, `m` a mutex with a number inside, `c` a condition variable; `val` is what a loop
/// waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Do {
    Load(usize),
    Store(usize, u8),
    Swap(usize, u8),
    /// Looks again and again.
    SpinUntil(usize, u8),
    /// Looks at one, and then at the other, until both are right.
    SpinBoth(u8, u8),
    /// Locks, sees what is inside, and may leave something else.
    Locked {
        m: usize,
        set: Option<u8>,
    },
    /// Leaves something inside, and notifies before it unlocks.
    LockedNotify {
        m: usize,
        set: u8,
        c: usize,
        all: bool,
    },
    Notify {
        c: usize,
        all: bool,
    },
    /// Waits on the condition variable until the number is right, and may leave another.
    WaitUntil {
        m: usize,
        c: usize,
        val: u8,
        set: Option<u8>,
        timed: bool,
    },
    /// Raises one flag, and waits on the condition variable for the other, which the mutex does not guard.
    WaitFlag {
        m: usize,
        c: usize,
        raises: usize,
    },
    /// Waits once, whatever the number is.
    WaitOnce {
        m: usize,
        c: usize,
        timed: bool,
    },
    /// Locks and unlocks again and again.
    LockUntil(usize, u8),
    TryOnce(usize),
    TryUntil {
        m: usize,
        set: Option<u8>,
    },
    /// Tries again and again, until it has the lock and the number is right.
    TryUntilIs(usize, u8),
    ParkOnce {
        timed: bool,
    },
    ParkUntil {
        v: usize,
        val: u8,
        timed: bool,
    },
    Unpark(usize),
    /// Of the one reader–writer lock.
    Read,
    Write(u8),
    ReadUntil(u8),
    TryRead,
    TryWrite(u8),
    TryWriteUntil(u8),
}

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

impl Program {
    /// Whether it looks at atomics. Their last values are part of the outcome then, and not otherwise: a lock that is asked
    /// for without waiting makes SeqCst accesses weaker than interleavings.
    pub(crate) fn has_atomics(&self) -> bool {
        let is_atomic = |step: &Do| {
            matches!(
                step,
                Do::Load(_)
                    | Do::Store(..)
                    | Do::Swap(..)
                    | Do::SpinUntil(..)
                    | Do::SpinBoth(..)
                    | Do::ParkUntil { .. }
                    | Do::WaitFlag { .. }
            )
        };
        self.0.iter().flatten().any(is_atomic)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// One condition variable, waited for in loops that use up what they have waited for.
    Handed,
    /// All of condition variables.
    Condvars,
    /// Condition variables, and flags that no mutex guards.
    Flags,
    /// Parking, beside atomics.
    Park,
    /// Locks that are tried, beside condition variables.
    Tries,
    /// A reader–writer lock.
    RwLock,
    /// All but what is tried.
    Mixed,
}

impl Class {
    pub(crate) const ALL: [Class; 7] = [
        Class::Handed,
        Class::Condvars,
        Class::Flags,
        Class::Park,
        Class::Tries,
        Class::RwLock,
        Class::Mixed,
    ];
}

/// A random number generator (xorshift), so that a seed means the same everywhere.
pub(crate) struct Die(u64);

impl Die {
    pub(crate) fn new(seed: u64, n: u64) -> Self {
        let mut die = Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ ((n + 1) << 17) | 1);
        (0..5).for_each(|_| assert!(die.below(2) < 2));
        die
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n
    }

    fn is(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn number(&mut self) -> u8 {
        self.below(3) as u8
    }

    fn perhaps(&mut self) -> Option<u8> {
        let number = self.number();
        (!self.is(3)).then_some(number)
    }
}

/// A program of two or three threads.
pub(crate) fn make(die: &mut Die, class: Class) -> Program {
    let threads = 2 + usize::from(!die.is(3));
    let most = if threads == 2 { 4 } else { 3 };
    let thread = |t: usize, die: &mut Die| {
        if class == Class::Flags && t > 0 {
            return handshake(die);
        }
        let len = 1 + die.below(most);
        (0..len).map(|_| step(die, class, t, threads)).collect()
    };
    Program((0..threads).map(|t| thread(t, die)).collect())
}

fn step(die: &mut Die, class: Class, t: usize, threads: usize) -> Do {
    match class {
        Class::Handed => handed(die),
        Class::Condvars => condvars(die),
        Class::Flags => flags(die),
        Class::Park => park(die, t, threads),
        Class::Tries => match die.below(9) {
            0..4 => condvars(die),
            4 => Do::TryOnce(0),
            5 | 6 => Do::TryUntil {
                m: 0,
                set: die.perhaps(),
            },
            7 => Do::TryUntilIs(0, die.number()),
            _ => Do::LockUntil(0, die.number()),
        },
        Class::RwLock => match die.below(8) {
            0 | 1 => Do::Read,
            2 | 3 => Do::Write(die.number()),
            4 => Do::ReadUntil(die.number()),
            5 => Do::TryRead,
            6 => Do::TryWrite(die.number()),
            _ => Do::TryWriteUntil(die.number()),
        },
        Class::Mixed => match die.below(4) {
            0 => handed(die),
            1 => condvars(die),
            2 => park(die, t, threads),
            _ => match die.below(3) {
                0 => Do::Read,
                1 => Do::Write(die.number()),
                _ => Do::ReadUntil(die.number()),
            },
        },
    }
}

/// Somebody waits for 1 and leaves 0, or the other way round.
fn handed(die: &mut Die) -> Do {
    let (val, all) = (u8::from(!die.is(4)), die.is(3));
    match die.below(4) {
        0 | 1 => Do::WaitUntil {
            m: 0,
            c: 0,
            val,
            set: Some(1 - val),
            timed: die.is(6),
        },
        2 => Do::LockedNotify {
            m: 0,
            set: val,
            c: 0,
            all,
        },
        _ => Do::Notify { c: 0, all },
    }
}

/// Waits until the other has announced itself, and sleeps; then raises the flag, and notifies. Or some of that.
fn handshake(die: &mut Die) -> Vec<Do> {
    let steps = [
        Do::SpinUntil(0, 1),
        Do::Locked { m: 0, set: None },
        Do::Store(1, 1),
        Do::Notify {
            c: 0,
            all: die.is(2),
        },
    ];
    let some = steps.map(|step| (!die.is(5)).then_some(step));
    let mut some: Vec<Do> = some.into_iter().flatten().collect();
    if some.is_empty() || die.is(4) {
        some.push(flags(die));
    }
    some
}

fn flags(die: &mut Die) -> Do {
    let (m, c, v) = (0, 0, usize::from(!die.is(4)));
    match die.below(8) {
        0..2 => Do::WaitFlag {
            m,
            c,
            raises: 1 - v,
        },
        2 => Do::SpinUntil(1 - v, 1),
        3 => Do::Locked { m, set: None },
        4 | 5 => Do::Store(v, 1),
        _ => Do::Notify { c, all: die.is(3) },
    }
}

fn condvars(die: &mut Die) -> Do {
    let (m, c) = (usize::from(die.is(5)), usize::from(die.is(3)));
    // A condition variable goes with one mutex.
    let c = if m == 1 { 2 } else { c };
    match die.below(9) {
        0..3 => Do::WaitUntil {
            m,
            c,
            val: die.number(),
            set: die.perhaps(),
            timed: die.is(4),
        },
        3 => Do::WaitOnce {
            m,
            c,
            timed: die.is(3),
        },
        4 | 5 => Do::LockedNotify {
            m,
            set: die.number(),
            c,
            all: die.is(2),
        },
        6 => Do::Locked {
            m,
            set: die.perhaps(),
        },
        7 => Do::Notify { c, all: die.is(2) },
        _ => Do::LockUntil(m, die.number()),
    }
}

fn park(die: &mut Die, t: usize, threads: usize) -> Do {
    let (v, val) = (die.below(2), die.number());
    match die.below(10) {
        0 => Do::Load(v),
        1 | 2 => Do::Store(v, val),
        3 => Do::Swap(v, val),
        4 => Do::SpinUntil(v, val),
        5 => Do::SpinBoth(die.number(), die.number()),
        6 => Do::ParkOnce { timed: die.is(3) },
        7 => Do::ParkUntil {
            v,
            val,
            timed: die.is(4),
        },
        // The program's own thread has started the others; these may not have been started yet.
        _ => Do::Unpark(if t == 0 {
            die.below(threads)
        } else {
            die.below(t + 1)
        }),
    }
}
