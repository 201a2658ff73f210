use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::sync::LockResult;
use std::time::Duration;

use super::mutex::MutexGuard;
use super::name::{Named, Object};
use crate::context::{self, begin};
use crate::step::{ObjectId, ObjectKind, Op, Site, Step, Value, Wakeup};

/// A condition variable, whose waits may end without a reason, as those of real ones may: once per thread
/// and execution, wherever that can make a difference.
///
/// Threads are woken in the order in which they went to sleep. Time-outs do not look at the clock: a wait
/// with a time-out may end at any moment, and a model explores them.
pub struct Condvar {
    /// A condition variable that no thread waits on. Notifying it changes nothing, but tells loom that waits and
    /// notifications on this one must be tried in both orders.
    touch: loom::sync::Condvar,
    sleepers: RefCell<VecDeque<Rc<Sleeper>>>,
    id: ObjectId,
}

struct Sleeper {
    thread: usize,
    woken: Cell<bool>,
    /// How to wake it. Loom's `Notify` may end a wait without a reason, and every wait on it doubles the
    /// schedules; so only a thread that may still wake up spuriously sleeps on one. The others park.
    parked: Option<loom::thread::Thread>,
    /// One that can time out looks for itself whether it was woken.
    timed: bool,
}

impl Sleeper {
    /// Why it wakes up if no other thread has woken it.
    fn gives_up(&self) -> Wakeup {
        if self.timed {
            Wakeup::TimedOut
        } else {
            Wakeup::Spurious
        }
    }
}

// SAFETY: all threads of a model share one thread of the machine, so its `Rc`s and cells are never reached by two at
// once.
unsafe impl Send for Condvar {}
// SAFETY: as for `Send`.
unsafe impl Sync for Condvar {}

impl Condvar {
    /// A condition variable without waiters.
    #[track_caller]
    pub fn new() -> Self {
        let id = context::new_object(ObjectKind::Condvar, Location::caller(), Value::Unknown);
        Self {
            touch: loom::sync::Condvar::new(),
            sleepers: RefCell::default(),
            id,
        }
    }

    /// Unlocks the mutex, sleeps until woken, and locks it again.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        Ok(self.sleep(guard, false, Location::caller()).0)
    }

    /// Waits for as long as `condition` holds.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        let site = Location::caller();
        while condition(&mut *guard) {
            guard = self.sleep(guard, false, site).0;
        }
        Ok(guard)
    }

    /// Waits until woken or until time is up, which may be at any moment.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _time: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        Ok(self.sleep(guard, true, Location::caller()))
    }

    /// Waits for as long as `condition` holds or until time is up, which may be at any moment.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        _time: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let site = Location::caller();
        while condition(&mut *guard) {
            let (relocked, result) = self.sleep(guard, true, site);
            guard = relocked;
            if result.timed_out() {
                let timed_out = WaitTimeoutResult(condition(&mut *guard));
                return Ok((guard, timed_out));
            }
        }
        Ok((guard, WaitTimeoutResult(false)))
    }

    /// Wakes one of the threads that wait, if any does.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(false, Location::caller());
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(true, Location::caller());
    }

    fn sleep<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timed: bool,
        site: Site,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        if context::unwinding() {
            return (guard, WaitTimeoutResult(timed));
        }
        let mutex = guard.mutex;
        let thread = context::current();

        let step = begin(site, || {
            let mut step = Step::new(Op::Wait { timed }, site).on(self.id);
            step.second_object = Some(guard.mutex.id());
            step.wrote = guard.shown();
            step
        });
        self.touch.notify_all();
        let parks = !timed && !context::can_wake_spuriously();
        let sleeper = Rc::new(Sleeper {
            thread,
            woken: Cell::new(false),
            parked: parks.then(loom::thread::current),
            timed,
        });
        let sleepless = context::sleep_ends_at_once(timed);
        if !sleepless {
            self.sleepers.borrow_mut().push_back(Rc::clone(&sleeper));
        }
        guard.unlock_silently();
        context::changed();
        step.end(|_| {});

        let step = begin(site, || {
            Step::new(Op::Woken(Wakeup::Notified), site).on(self.id)
        });
        let wakeup = if sleepless {
            sleeper.gives_up()
        } else if timed {
            self.sleep_a_while(&sleeper)
        } else {
            self.sleep_until_woken(&sleeper)
        };
        step.end(|step| step.op = Op::Woken(wakeup));
        (
            mutex.relock(site),
            WaitTimeoutResult(wakeup == Wakeup::TimedOut),
        )
    }

    fn sleep_until_woken(&self, sleeper: &Rc<Sleeper>) -> Wakeup {
        if sleeper.parked.is_some() {
            while !sleeper.woken.get() {
                loom::thread::park();
                context::enter_thread(sleeper.thread);
            }
            return Wakeup::Notified;
        }
        let place = context::sleep_place(sleeper.thread);
        loop {
            place.wait();
            context::enter_thread(sleeper.thread);
            if sleeper.woken.get() {
                return Wakeup::Notified;
            }
            // Loom's `wait` has ended without a reason.
            if context::may_wake_spuriously() {
                self.leave(sleeper);
                return sleeper.gives_up();
            }
        }
    }

    /// Lets the others run for as long as they like, once.
    fn sleep_a_while(&self, sleeper: &Rc<Sleeper>) -> Wakeup {
        if context::round_was_futile() {
            loom::skip_branch();
        }
        loom::thread::yield_now();
        context::enter_thread(sleeper.thread);
        if sleeper.woken.get() {
            return Wakeup::Notified;
        }
        self.leave(sleeper);
        sleeper.gives_up()
    }

    fn leave(&self, sleeper: &Rc<Sleeper>) {
        self.sleepers
            .borrow_mut()
            .retain(|other| !Rc::ptr_eq(other, sleeper));
    }

    fn notify(&self, all: bool, site: Site) {
        if context::unwinding() {
            return;
        }
        let step = begin(site, || Step::new(Op::Notify { all }, site).on(self.id));
        self.touch.notify_all();
        // Those who sleep at this moment. Waking one lets it run, and it may be asleep again before the next.
        let mut sleepers = self.sleepers.borrow_mut();
        let count = if all {
            sleepers.len()
        } else {
            1.min(sleepers.len())
        };
        let woken: Vec<_> = sleepers.drain(..count).collect();
        drop(sleepers);
        for sleeper in &woken {
            sleeper.woken.set(true);
        }
        for sleeper in &woken {
            match &sleeper.parked {
                Some(thread) => thread.unpark(),
                None if sleeper.timed => {}
                None => context::sleep_place(sleeper.thread).notify(),
            }
        }
        if count > 0 {
            context::changed();
        }
        step.end(|step| {
            step.wrote = Value::Int(count as i128);
            step.woken = woken.iter().fold(0, |all, one| all | 1 << one.thread);
        });
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}

impl Named for Condvar {
    fn object(&self) -> Object {
        Object(self.id)
    }
}

/// Whether a wait ended because time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether it did.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}
