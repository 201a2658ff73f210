//! The programs, on the explorer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use explorer::{Found, Settings, explore, raw};
use lanes::sync::atomic::AtomicU8;
use lanes::sync::{Condvar, Mutex, RwLock, hint, thread};

use crate::Outcome;
use crate::program::{Do, Program};

const TIME: Duration = Duration::from_millis(1);

struct World {
    vars: [AtomicU8; 2],
    mutexes: [Mutex<u8>; 2],
    condvars: [Condvar; 3],
    rw: RwLock<u8>,
}

/// Of loads, stores and read-modify-writes.
pub(crate) type Orderings = [Ordering; 3];

fn run(world: &World, steps: &[Do], [load, store, rmw]: Orderings) -> Vec<u8> {
    let mut seen = Vec::new();
    let World {
        vars,
        mutexes,
        condvars,
        rw,
    } = world;
    let notify = |c: usize, all: bool| match all {
        true => condvars[c].notify_all(),
        false => condvars[c].notify_one(),
    };
    let park = |timed: bool| match timed {
        true => thread::park_timeout(TIME),
        false => thread::park(),
    };
    for &step in steps {
        match step {
            Do::Load(v) => seen.push(vars[v].load(load)),
            Do::Store(v, val) => vars[v].store(val, store),
            Do::Swap(v, val) => seen.push(vars[v].swap(val, rmw)),
            Do::SpinUntil(v, val) => {
                while vars[v].load(load) != val {
                    hint::spin_loop();
                }
            }
            Do::SpinBoth(a, b) => while vars[0].load(load) != a || vars[1].load(load) != b {},
            Do::Locked { m, set } => {
                let mut number = mutexes[m].lock().unwrap();
                seen.push(*number);
                if let Some(set) = set {
                    *number = set;
                }
            }
            Do::LockedNotify { m, set, c, all } => {
                let mut number = mutexes[m].lock().unwrap();
                *number = set;
                notify(c, all);
            }
            Do::Notify { c, all } => notify(c, all),
            Do::WaitUntil {
                m,
                c,
                val,
                set,
                timed,
            } => {
                let mut number = mutexes[m].lock().unwrap();
                while *number != val {
                    number = match timed {
                        true => condvars[c].wait_timeout(number, TIME).unwrap().0,
                        false => condvars[c].wait(number).unwrap(),
                    };
                }
                if let Some(set) = set {
                    *number = set;
                }
            }
            Do::WaitFlag { m, c, raises } => {
                let mut number = mutexes[m].lock().unwrap();
                vars[raises].store(1, store);
                while vars[1 - raises].load(load) != 1 {
                    number = condvars[c].wait(number).unwrap();
                }
            }
            Do::WaitOnce { m, c, timed: false } => {
                let number = mutexes[m].lock().unwrap();
                seen.push(*condvars[c].wait(number).unwrap());
            }
            Do::WaitOnce { m, c, timed: true } => {
                let number = mutexes[m].lock().unwrap();
                let (number, result) = condvars[c].wait_timeout(number, TIME).unwrap();
                seen.extend([*number, u8::from(result.timed_out())]);
            }
            Do::LockUntil(m, val) => {
                while *mutexes[m].lock().unwrap() != val {
                    say_that_it_waits(val);
                }
            }
            Do::TryOnce(m) => seen.push(u8::from(mutexes[m].try_lock().is_ok())),
            Do::TryUntil { m, set } => loop {
                if let Ok(mut number) = mutexes[m].try_lock() {
                    if let Some(set) = set {
                        *number = set;
                    }
                    break;
                }
                hint::spin_loop();
            },
            Do::TryUntilIs(m, val) => {
                while mutexes[m].try_lock().map_or(true, |number| *number != val) {
                    hint::spin_loop();
                }
            }
            Do::ParkOnce { timed } => park(timed),
            Do::ParkUntil { v, val, timed } => {
                while vars[v].load(load) != val {
                    park(timed);
                }
            }
            Do::Unpark(t) => raw::thread::unpark(t),
            Do::Read => seen.push(*rw.read().unwrap()),
            Do::Write(val) => *rw.write().unwrap() = val,
            Do::ReadUntil(val) => {
                while *rw.read().unwrap() != val {
                    say_that_it_waits(val);
                }
            }
            Do::TryRead => seen.push(rw.try_read().map_or(9, |number| *number)),
            Do::TryWrite(val) => {
                let number = rw.try_write().map(|mut number| *number = val);
                seen.push(u8::from(number.is_ok()));
            }
            Do::TryWriteUntil(val) => {
                while rw.try_write().map(|mut number| *number = val).is_err() {
                    hint::spin_loop();
                }
            }
        }
    }
    seen
}

/// Some loops say so, and some do not.
fn say_that_it_waits(val: u8) {
    if val == 1 {
        thread::yield_now();
    }
}

/// All that a program can do.
pub(crate) fn find(program: &Program, orderings: Orderings, settings: &Settings) -> Found<Outcome> {
    let program = program.clone();
    explore(settings, move || {
        let world = Arc::new(World {
            vars: std::array::from_fn(|_| AtomicU8::new(0)),
            mutexes: std::array::from_fn(|_| Mutex::new(0)),
            condvars: std::array::from_fn(|_| Condvar::new()),
            rw: RwLock::new(0),
        });
        let spawn = |steps: &Vec<Do>| {
            let (world, steps) = (Arc::clone(&world), steps.clone());
            thread::spawn(move || run(&world, &steps, orderings))
        };
        let others: Vec<_> = program.0[1..].iter().map(spawn).collect();
        let mut outcome: Outcome = vec![run(&world, &program.0[0], orderings)];
        outcome.extend(others.into_iter().map(|other| other.join().unwrap()));
        let locked = world.mutexes.iter().map(|mutex| *mutex.lock().unwrap());
        let mut last: Vec<u8> = locked.chain([*world.rw.read().unwrap()]).collect();
        if program.has_atomics() {
            last.extend(world.vars.iter().map(|var| var.load(orderings[0])));
        }
        outcome.push(last);
        outcome
    })
}
