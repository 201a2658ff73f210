//! The programs, on the explorer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use explorer::{Found, Settings, explore};
use lanes::sync::atomic::{AtomicU32, fence};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Condvar, Mutex, RwLock, hint, thread};

use crate::program::{Do, Program, VARS};
use crate::{FAILED, Outcome};

struct World {
    vars: [AtomicU32; VARS],
    cell: UnsafeCell<u32>,
    mutex: Mutex<u32>,
    rw: RwLock<u32>,
    flag: Mutex<bool>,
    changed: Condvar,
    first: thread::Thread,
}

// SAFETY: the explorer watches the cell.
unsafe impl Sync for World {}

/// What becomes of a first step that is a load or a compare-exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum How {
    /// It stays what it is.
    Once,
    /// It waits, in a loop that says so, until it sees something that is not 0, or succeeds.
    Spins,
    /// In a loop that does not say so.
    GoesRound,
}

impl How {
    fn again(self) {
        if self == How::Spins {
            hint::spin_loop();
        }
    }
}

fn run(world: &World, steps: &[Do], how: How) -> Vec<u32> {
    let mut seen = Vec::new();
    let mut guard = None;
    for (n, step) in steps.iter().enumerate() {
        match *step {
            Do::Load(v, o) if n == 0 && how != How::Once => loop {
                let val = world.vars[v].load(o);
                if val != 0 {
                    break seen.push(val);
                }
                how.again();
            },
            Do::Cas {
                v,
                old,
                new,
                ok,
                fail,
                weak,
            } if n == 0 && how != How::Once => loop {
                let var = &world.vars[v];
                let result = match weak {
                    true => var.compare_exchange_weak(old, new, ok, fail),
                    false => var.compare_exchange(old, new, ok, fail),
                };
                if let Ok(val) = result {
                    break seen.push(val);
                }
                how.again();
            },
            Do::Load(v, o) => seen.push(world.vars[v].load(o)),
            Do::Store(v, val, o) => world.vars[v].store(val, o),
            Do::Add(v, o) => seen.push(world.vars[v].fetch_add(100, o)),
            Do::Swap(v, val, o) => seen.push(world.vars[v].swap(val, o)),
            Do::Cas {
                v,
                old,
                new,
                ok,
                fail,
                weak,
            } => {
                let var = &world.vars[v];
                let result = match weak {
                    true => var.compare_exchange_weak(old, new, ok, fail),
                    false => var.compare_exchange(old, new, ok, fail),
                };
                seen.push(result.unwrap_or_else(|now| now + FAILED));
            }
            Do::Fence(o) => fence(o),
            // SAFETY: a race ends the execution.
            Do::Read => seen.push(world.cell.with(|cell| unsafe { *cell })),
            // SAFETY: as above.
            Do::Write(val) => world.cell.with_mut(|cell| unsafe { *cell = val }),
            Do::Lock => {
                let mut count = world.mutex.lock().unwrap();
                seen.push(*count);
                *count += 1;
                guard = Some(count);
            }
            Do::Unlock => drop(guard.take()),
            Do::TryLock => seen.push(u32::from(world.mutex.try_lock().is_ok())),
            Do::ReadLocked => seen.push(*world.rw.read().unwrap()),
            Do::WriteLocked => {
                let mut count = world.rw.write().unwrap();
                seen.push(*count);
                *count += 1;
            }
            Do::WaitFlag => {
                let mut flag = world.flag.lock().unwrap();
                while !*flag {
                    flag = world.changed.wait(flag).unwrap();
                }
                seen.push(u32::from(*flag));
            }
            Do::WaitOnce => {
                let flag = world.flag.lock().unwrap();
                let flag = world.changed.wait(flag).unwrap();
                seen.push(u32::from(*flag));
            }
            Do::SetOne => {
                *world.flag.lock().unwrap() = true;
                world.changed.notify_one();
            }
            Do::SetAll => {
                *world.flag.lock().unwrap() = true;
                world.changed.notify_all();
            }
            Do::Park => thread::park(),
            Do::UnparkFirst => world.first.unpark(),
        }
    }
    seen
}

/// All that a program can do.
///
/// `last` is the ordering by which the program's own thread looks at the variables in the end.
pub(crate) fn find(
    program: &Program,
    how: How,
    last: Ordering,
    settings: &Settings,
) -> Found<Outcome> {
    let program = program.clone();
    explore(settings, move || {
        let world = Arc::new(World {
            vars: std::array::from_fn(|_| AtomicU32::new(0)),
            cell: UnsafeCell::new(0),
            mutex: Mutex::new(0),
            rw: RwLock::new(0),
            flag: Mutex::new(false),
            changed: Condvar::new(),
            first: thread::current(),
        });
        let spawn = |steps: &Vec<Do>| {
            let (world, steps) = (Arc::clone(&world), steps.clone());
            thread::spawn(move || run(&world, &steps, how))
        };
        let others: Vec<_> = program.0[1..].iter().map(spawn).collect();
        let mut outcome: Outcome = vec![run(&world, &program.0[0], how)];
        outcome.extend(others.into_iter().map(|other| other.join().unwrap()));
        outcome.push(world.vars.iter().map(|var| var.load(last)).collect());
        outcome
    })
}
