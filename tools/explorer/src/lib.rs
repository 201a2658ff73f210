//! Visits every execution of a small concurrent program that the memory model of the language allows.
//!
//! ```
//! use std::sync::Arc;
//!
//! use explorer::{Settings, explore};
//! use lanes::sync::atomic::{AtomicU32, Ordering};
//! use lanes::sync::thread;
//!
//! let found = explore(&Settings::default(), || {
//!     let count = Arc::new(AtomicU32::new(0));
//!     let other = thread::spawn({
//!         let count = Arc::clone(&count);
//!         move || count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed)
//!     });
//!     count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
//!     other.join().unwrap();
//!     count.load(Ordering::Relaxed)
//! });
//! assert!(found.failures.is_empty() && found.limit.is_none());
//! assert_eq!(found.outcomes.into_iter().collect::<Vec<_>>(), [1, 2]);
//! ```
//!
//! What a program uses instead of `std` stands on the steps of [`raw`]. This crate has no types that look like `std`'s: those
//! of `lanes` are the facade, and the example above speaks through them. `lanes::model` explores with this crate, and its
//! verdict counts; it records the one execution that is shown ([`Watch`]).
//!
//! # How it works
//!
//! A thread that has been told the same does the same. So its next step is a function of what it has been told, and the
//! program, on coroutines (`run`, `world`), has to be run only where that function is not known yet (`history`). All else is
//! data: a state is what each thread has been told and what memory holds (`state`), and a step leads from states to states
//! (`step`, `memory`, `lock`, `program`). Equal states are explored once (`key`).
//!
//! The memory model is RC11 (Lahav and others, *Repairing sequential consistency in C/C++11*, PLDI 2017). Each thread has a
//! *view* (`view`): of each atomic, the oldest store that it may still read, and of each thread, how much of what it did
//! happens before now. A load may read any store that its view allows; a store may be put anywhere in modification order
//! where its view allows, so that this order need not be the order of execution; a read-modify-write reads any store behind
//! which there is room. Two accesses to plain memory race if neither view knows the other.
//!
//! If all atomic accesses are SeqCst, their order is the order of execution. If SeqCst is mixed with weaker accesses, a
//! state carries the graph of its execution, and a step that closes a cycle in the paper's *psc* is none (`seq_cst`).
//!
//! Steps that may be taken early without any difference are taken at once: stores, because others may still be put before
//! them, plain accesses, unlocks (`State::is_local`). Of two steps that do not depend on each other, sleep sets explore one
//! order (`reduce`). A loop that looks at the same again and again is blocked until there is something new (`wait`); a loop
//! that writes in each round makes a circle of states, which is a livelock if it is fair (`livelock`). A round that others can
//! see is none that only looks: it holds a lock that somebody tries, it uses up a notification, or it is awake where a
//! notification would have found it asleep.
//!
//! A failure is looked for once more, with as few surprises as there can be, and first among plain interleavings
//! (`shallow`); then the program is run along that execution, for whoever watches (`show`, `watch`). A run that is not needed
//! any more is given up without unwinding: what its threads hold is leaked, and their stacks are used again.
//!
//! All states and all steps between them, without any reduction, are a [`graph`](mod@graph): for a program that is to be
//! looked at, or played.
//!
//! # What is proved, and what is tested
//!
//! - That RC11 can be compiled to real machines, and gives programs without races interleaving semantics, is proved in the
//!   paper.
//! - That each execution graph of RC11 can be built step by step along program order and reads-from, with a consistent graph
//!   at each step, follows from its axioms: it forbids cycles of the two.
//! - That sleep sets with states that are merged lose nothing is proved by Godefroid (*Partial-order methods for the
//!   verification of concurrent systems*, 1996), for steps that are independent. Which are, is ours to say.
//! - That views say the same as the axioms, that stores may be taken at once, what is forgotten, when states are equal, and
//!   all of `wait` is argued in comments and *tested only*: against an enumeration of RC11's axioms and one of plain
//!   interleavings, on random programs of thirteen classes with two to four threads, on all programs of three threads with one
//!   or two relaxed steps each over one and two variables, on random programs with loops and on random programs that wait on
//!   all that there is to wait for, and by mutants of this crate (`tests/`).
//!
//! # What it cannot know
//!
//! - **What does not take its steps here is not explored.** A loop that takes none and does not end is not noticed; whoever
//!   runs an exploration has to look at [`Watch::pulse`].
//! - **Hidden state**, such as a lock or a count of `std`, decides what a thread does without its being told. If the program
//!   does the same whenever it is run along the same path, its executions are explored one by one, without merging
//!   ([`Found::hidden`]); what bypasses the explorer has the one order that it has had in each. If it does not, it is not
//!   deterministic, and that is a failure. It is noticed by running again the first 64 executions that end, and as many that
//!   come to a state that is known, and later ones more and more rarely: hidden state that shows only elsewhere is not.
//! - **A load never sees a store that comes later**: the outcome that the language allows for *load buffering* is missing.
//!   RC11 forbids it, C++20 and Rust do not.
//! - **`try_lock` fails only while the lock is held**, and a lock that fails teaches nothing about the holder.
//! - **A loop that goes round 128 times the same way is taken to go on for ever.** A loop that counts further, or keeps
//!   something of its rounds that shows later, is not understood.
//! - **What is inside a lock or a cell is compared by value if it is a primitive or an option of one**, and otherwise by how
//!   it came about. A polling loop that writes something else in each round never comes to a state that is known, and ends at
//!   a limit.
//! - **Among SeqCst and weaker accesses a state never forgets**: loops that write there end at a limit, too.
//! - **Where there is hidden state**, a waiter that looks at what its mutex does not guard wakes up for no reason only when
//!   there is something new to it.
//! - **A livelock in which an old value is read again and again** is none: memory does not hide a store for ever.
//! - **Addresses** have the same name in every run only if the facade gives it ([`raw::fresh_name`]) and frees late
//!   ([`raw::when_over`]), as `lanes::sync::alloc` does. Memory that a `Box` frees may be given out again, and looks like the
//!   same then.
//! - **`std`'s `Arc`** hides who drops the last reference, and that its drops order what comes before them: `lanes` has a
//!   counted one in `sync::tracked`.
//! - A thread has a stack of 1 MiB. One that needs more ends the process, unless the facade catches the fault
//!   ([`raw::is_below_stack`]).
//! - A reader–writer lock prefers nobody; two readers may hold it although a writer waits.
//! - A panic ends the execution, even if it is caught; one that is part of the program has to be raised by `resume_unwind`.
//! - **What a thread's panic says is the facade's.** Here, a thread that ends by `resume_unwind` has ended; those of `lanes`
//!   fail then.
//!
//! The limits are 64 threads, 5,000 steps of one execution, [`Settings::most_states`] and [`Settings::most_executions`];
//! [`Limit`] has them all. Reaching one is said in [`Found::limit`].
//!
//! It runs wherever the coroutines of `corosensei` do: on Linux, macOS and Windows, on x86-64 and AArch64.

mod cell;
mod ending;
mod explore;
mod failure;
pub mod graph;
mod history;
mod key;
mod limit;
mod livelock;
mod lock;
mod memory;
mod op;
mod program;
mod promise;
pub mod raw;
mod reduce;
mod relation;
mod replay;
mod run;
mod schedule;
mod search;
mod seq_cst;
mod shallow;
mod show;
mod state;
mod step;
mod survey;
mod trail;
mod uses;
mod view;
mod wait;
mod watch;
mod ways;
mod words;
mod world;

pub use explore::{Found, Settings, explore, explore_watched, replay};
pub use failure::{Failure, Kind, Memory, Step};
pub use limit::Limit;
pub use program::MOST_THREADS;
pub use promise::Promise;
pub use replay::Replayed;
pub use schedule::{NoSchedule, Schedule};
pub use watch::{Details, Watch, Woken};
