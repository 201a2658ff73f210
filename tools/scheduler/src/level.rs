//! The levels of the game.

use crate::explore;
use crate::graph::Graph;
use crate::levels;

/// A broken program to be broken by the reader, and the same one fixed.
pub struct Level {
    /// As in `levels/NAME` and `{{#scheduler NAME}}`.
    pub name: &'static str,
    /// What the reader is to bring about.
    pub goal: &'static str,
    /// What went wrong: said when it has.
    pub lesson: &'static str,
    /// Why the fixed program cannot be broken like that.
    pub cure: &'static str,
    /// What to call the objects that are made first, where their lines do not say it.
    pub names: &'static [&'static str],
    /// Functions to be shown though no step is taken in them.
    pub also: &'static [&'static str],
    /// The program to be broken.
    pub broken: fn(),
    /// The same program, which cannot be.
    pub fixed: fn(),
}

macro_rules! level {
    ($name:ident, names $names:expr, also $also:expr, $goal:literal, $lesson:literal, $cure:literal) => {
        Level {
            name: stringify!($name),
            goal: $goal,
            lesson: $lesson,
            cure: $cure,
            names: &$names,
            also: &$also,
            broken: levels::$name::broken::program,
            fixed: levels::$name::fixed::program,
        }
    };
}

impl Level {
    /// All schedules of the broken program, and all of the fixed one.
    pub fn explore(&self) -> [Graph; 2] {
        [self.broken, self.fixed].map(|program| explore(self.names, program))
    }
}

/// All levels, in the order of the book.
pub const LEVELS: &[Level] = &[
    level!(
        lost_update, names [], also [],
        "Two threads count one hit each. Make one of the hits disappear.",
        "Both threads have read the same number, so both have stored the same sum. Between a load and a store \
         that depends on it, anybody else may store.",
        "`fetch_add` reads and writes in one step. There is no place between the two where you could let the \
         other thread go."
    ),
    level!(
        early_unlock, names ["savings", "current"], also ["transfer", "pay"],
        "There are 10 in `savings`. Make 20 arrive in `current`. Every access is under a lock.",
        "The first lock was given back as soon as the balance had been looked at. What was true under the lock \
         was no longer true under the next one: the other transfer had been there in between.",
        "The balance is checked under the same guards under which it is changed. Whoever comes second finds it \
         empty, and is refused."
    ),
    level!(
        two_holders, names [], also [],
        "Bring both threads into the critical section at once.",
        "Both threads have looked, and both have found the lock free. Looking and taking were two steps.",
        "`compare_exchange` looks and takes in one step. Of two threads that find `false`, only one can be the one \
         that makes it `true`."
    ),
    level!(
        opposite_order, names ["savings", "current"], also ["transfer"],
        "Two transfers, in opposite directions. Bring both to a halt.",
        "Each thread holds the lock that the other one waits for, and neither will let go.",
        "Both threads lock the account with the smaller id first. Whoever has it can have the other one as well: \
         nobody who waits for the first holds the second."
    ),
    level!(
        round_table, names [], also [],
        "Three philosophers, three forks. Let them starve.",
        "Each has the left fork and waits for the right one. Of three threads that each wait for the next, none \
         can go on, and no two of them are enough to see it.",
        "Everybody takes the fork with the smaller number first. The last philosopher reaches to the right first, \
         and the circle is open at that place."
    ),
    level!(
        lost_wakeup, names [], also [],
        "`A` takes jobs from an empty queue, and `B` closes it. Let `A` sleep for ever.",
        "`A` had looked, and was not asleep yet, when `B` closed the queue and notified. A notification wakes \
         those who sleep now. It is not kept for those who fall asleep next.",
        "`close` changes the state under the lock. `A` holds that lock from its look until it sleeps, so the \
         change comes either before the look or after the falling asleep, and in both cases `A` learns of it."
    ),
    level!(
        spurious_wakeup, names [], also [],
        "`A` waits for an item, and `B` brings one. Make `A` go home without it.",
        "A wait may end for no reason at all, and after an `if` nobody looks again.",
        "`while` looks again after every wake-up, whatever woke it. It goes on only when there is an item or an end."
    ),
    level!(
        starvation, names [], also [],
        "`A` waits at the door. Let `B` go in twice before it.",
        "`B` has gone in twice while `A` was waiting, and with a longer program it could do so a thousand times. \
         Nothing in this lock remembers who came first.",
        "Who arrives draws a ticket, and the tickets are served in order. Once `A` has drawn its ticket, `B` can \
         only draw a later one."
    ),
    level!(
        aba, names [], also [],
        "`A` pops one node. `B` pops two, and puts the first one back. Put a node on the stack that `B` still \
         owns.",
        "`head` was 1 when `A` looked, and 1 when `A` compared. In between it had been 2 and 0, and the node below \
         was gone. The same value does not mean that nothing has happened.",
        "`head` counts its changes. After a pop and a push it names the same node with another count, and the \
         late `compare_exchange` fails."
    ),
    level!(
        stale_read, names [], also [],
        "Let `B` see that it is `ready`, and yet not the data.",
        "The two stores are made in order. But nothing says that they arrive in order: a thread that reads the new \
         `ready` may still read the old `data`.",
        "The Release store hands on all that its thread has done before, and the Acquire load that reads it takes \
         it over. A thread that sees `ready` cannot see the old `data` any more."
    ),
    level!(
        relaxed_unlock, names [], also [],
        "The lock never lets two threads in at once. Make a hit disappear all the same.",
        "One thread after the other: they never were inside together. But the unlock told the next holder nothing \
         of what was done before it, so the next holder may still see the old number.",
        "The unlock is a Release store, and the Acquire of the next lock reads it. All that was done before the one \
         happens before all that comes after the other, so the old number cannot be seen any more."
    ),
    level!(
        two_flags, names [], also [],
        "Each thread puts up its own flag, and goes if the other's is down. Let both go.",
        "Both have stored, and both have read the old value of the other's flag. With `Relaxed`, and with \
         Release and Acquire as well, a load need not wait for the store before it.",
        "All SeqCst accesses have one order that everybody agrees on. One of the two stores comes first in it, and \
         the other thread's load comes after that store."
    ),
];
