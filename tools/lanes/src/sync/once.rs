//! What is done once.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashSet;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use explorer::raw::{self, Content};

use super::identity::Identity;
use super::name::{Named, Object};
use super::quiet::{Flag, Gate};
use crate::context::{self, begin};
use crate::source;
use crate::step::{Call, ObjectKind, Op, Site, Step, Value};

/// A value that is written once, by whoever comes first.
///
/// A `static` may hold one; it is empty at the start of each execution. What `new` makes is told apart by the place of that call:
/// if one place makes several in the same execution, use `OnceLock::default()`.
pub struct OnceLock<T> {
    once: Core,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: all threads of a model share one thread of the machine; and the value moves with it, which `T: Send` allows.
unsafe impl<T: Send> Send for OnceLock<T> {}
// SAFETY: all threads share the value, which `T: Sync` allows, and one of them may have made it for others, which `T: Send`
// allows. It is written once, before any reference is given out.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// An empty one.
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            once: Core::new(Location::caller(), None),
            value: UnsafeCell::new(None),
        }
    }

    /// The value, if it is there. Does not wait for a thread that makes it.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let site = Location::caller();
        let there = self.once.is_done("get", site, |there| match there {
            true => " → Some",
            false => " → None",
        });
        there.then(|| self.value()).flatten()
    }

    /// The value. Makes it if it is not there; waits if another thread is making it.
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        let site = Location::caller();
        self.once.run("get_or_init", site, || self.write(make()));
        self.value().expect("it was made")
    }

    /// Writes the value; waits if another thread is making one.
    ///
    /// # Errors
    ///
    /// `value`, if there is one.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.once.run("set", Location::caller(), || {
            value.take().into_iter().for_each(|value| self.write(value));
        });
        value.map_or(Ok(()), Err)
    }

    /// The value. Owning the lock proves that no other thread reaches it.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.once.is_bound().then_some(())?;
        self.value.get_mut().as_mut()
    }

    /// Takes the value out.
    pub fn into_inner(self) -> Option<T> {
        self.once.is_bound().then_some(())?;
        self.value.into_inner()
    }

    /// Takes the value out, and leaves it empty.
    #[track_caller]
    pub fn take(&mut self) -> Option<T> {
        let taken = std::mem::take(self);
        taken.into_inner()
    }

    fn value(&self) -> Option<&T> {
        // SAFETY: written once, by `write`, which is over if it is there.
        unsafe { (*self.value.get()).as_ref() }
    }

    fn write(&self, value: T) {
        // SAFETY: one thread at a time gets here, and none that has a reference: the value is not there.
        let place = unsafe { &mut *self.value.get() };
        // That of an execution before, in a static, is lost: to drop it could mean a step.
        std::mem::forget(place.replace(value));
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self {
            once: Core::made_now(Location::caller()),
            value: UnsafeCell::new(None),
        }
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        let made = Self::default();
        let _ = made.set(value);
        made
    }
}

impl<T> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceLock").finish_non_exhaustive()
    }
}

impl<T> Named for OnceLock<T> {
    fn object(&self) -> Object {
        self.once.object()
    }
}

/// Something that is run once, by whoever comes first. Never poisoned: a panic ends the model.
///
/// A `static` may hold one: see [`OnceLock`].
pub struct Once {
    once: Core,
}

// SAFETY: all threads of a model share one thread of the machine.
unsafe impl Send for Once {}
// SAFETY: as for `Send`.
unsafe impl Sync for Once {}

impl Once {
    /// One that was not run.
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "nor has `std`'s")]
    pub const fn new() -> Self {
        Self {
            once: Core::new(Location::caller(), None),
        }
    }

    /// Runs `work` if nothing was run yet; waits if another thread is running it.
    #[track_caller]
    pub fn call_once(&self, work: impl FnOnce()) {
        self.once.run("call_once", Location::caller(), work);
    }

    /// Whether it was run to its end.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.once
            .is_done("is_completed", Location::caller(), |done| match done {
                true => " → true",
                false => " → false",
            })
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

impl Named for Once {
    fn object(&self) -> Object {
        self.once.object()
    }
}

/// A flag that says whether it is done, and a gate before those who would do it.
struct Core {
    made: Site,
    /// Stands for its address. None: that of `made` does, for there may be a `static` around it.
    key: Option<usize>,
    bound: RefCell<Option<Rc<Bound>>>,
}

/// What it is in one execution.
struct Bound {
    id: Identity,
    /// Whether a thread is about to do it; it is looked at inside the gate.
    running: Cell<bool>,
    /// For loom.
    loom: Option<(Flag, Gate)>,
}

thread_local! {
    /// The places that have made one in this execution.
    static PLACES: RefCell<HashSet<usize>> = RefCell::default();
}

/// Forgets the execution before.
pub(super) fn start_execution() {
    PLACES.take();
}

impl Core {
    const fn new(made: Site, key: Option<usize>) -> Self {
        Self {
            made,
            key,
            bound: RefCell::new(None),
        }
    }

    /// One that no `static` can hold.
    fn made_now(made: Site) -> Self {
        Self::new(made, context::explores().then(raw::fresh_address))
    }

    fn is_bound(&self) -> bool {
        let bound = self.bound.borrow();
        bound.as_ref().is_some_and(|bound| bound.id.is_of_now())
    }

    /// What it is in this execution.
    #[track_caller]
    fn bound(&self, site: Site) -> Rc<Bound> {
        if !self.is_bound() {
            let place = std::ptr::from_ref(self.made).addr();
            let is_alone = self.key.is_some() || PLACES.with_borrow_mut(|all| all.insert(place));
            if !is_alone {
                panic!(
                    "{}:{} makes several in one execution, and a model tells what `new` makes apart by its place: use \
                 `OnceLock::default()`",
                    source::relative(self.made.file()),
                    self.made.line()
                );
            }
            let bound = Bound {
                id: Identity::at::<()>(ObjectKind::Once, self.made, Value::Unknown),
                running: Cell::new(false),
                loom: (!context::explores()).then(|| (Flag::new(), Gate::new(Content::Same))),
            };
            // That of an execution before is lost: to drop it could mean a step.
            std::mem::forget(self.bound.replace(Some(Rc::new(bound))));
        }
        let bound = self.bound.borrow().clone().expect("it was bound");
        bound.id.reach(site);
        bound
    }

    #[track_caller]
    fn object(&self) -> Object {
        Object(self.bound(Location::caller()).id.into())
    }

    /// For our own engine. Whoever speaks of them says each time that they were always there.
    fn flag_and_gate(&self) -> (Flag, Gate) {
        let place = std::ptr::from_ref(self.made).addr();
        let key = self.key.unwrap_or(place);
        (Flag::of_static(key), Gate::of_static(key))
    }

    fn look(&self, bound: &Bound) -> bool {
        match &bound.loom {
            Some((flag, _)) => flag.is_up(),
            None => self.flag_and_gate().0.is_up(),
        }
    }

    #[track_caller]
    fn is_done(&self, method: &'static str, site: Site, says: fn(bool) -> &'static str) -> bool {
        if context::unwinding() {
            return false;
        }
        let bound = self.bound(site);
        let call = Call::of(method);
        let step = begin(site, || Step::new(Op::Call(call), site).on(bound.id));
        let done = self.look(&bound);
        step.end(|step| {
            let call = call.says(says(done));
            step.op = Op::Call(if done { call.receives() } else { call });
        });
        done
    }

    /// Does `work` if nothing was done yet.
    #[track_caller]
    fn run(&self, method: &'static str, site: Site, work: impl FnOnce()) {
        if context::unwinding() {
            return;
        }
        let bound = self.bound(site);
        let call = Call::of(method);
        let begin = |call| begin(site, || Step::new(Op::Call(call), site).on(bound.id));
        let found = |step: &mut Step| step.op = Op::Call(call.says(": is there").receives());
        let mut step = begin(call);
        if self.look(&bound) {
            step.end(found);
            return;
        }
        let own = bound.loom.is_none().then(|| self.flag_and_gate());
        let (flag, gate) = match (&bound.loom, &own) {
            (Some((flag, gate)), _) | (_, Some((flag, gate))) => (flag, gate),
            _ => unreachable!("it is one of the two"),
        };
        let state = |number| Content::Value(number);
        let mut inside = gate.enter();
        while bound.running.get() {
            step.forget();
            step = begin(call.says(": another thread is at it"));
            inside = inside.wait(Content::Same);
            step.forget();
            step = begin(call);
        }
        if self.look(&bound) {
            inside.leave(Content::Same);
            step.end(found);
            return;
        }
        bound.running.set(true);
        inside.leave(state(1));
        let is_set = method == "set";
        if is_set {
            step.forget();
        } else {
            step.end(|step| step.op = Op::Call(call.says(": is the first")));
        }
        // Runs when the work is done, and when it unwinds by a panic that is part of the program.
        struct Over<F: FnMut()>(F);
        impl<F: FnMut()> Drop for Over<F> {
            fn drop(&mut self) {
                (self.0)();
            }
        }
        let done = Cell::new(false);
        let over = Over(|| {
            if context::is_over() {
                return;
            }
            let step = begin(call);
            if done.get() {
                flag.raise();
            }
            let inside = gate.enter();
            bound.running.set(false);
            let woken = inside.wake_all();
            inside.leave(state(if done.get() { 2 } else { 0 }));
            step.end(|step| {
                let says = match (done.get(), is_set) {
                    (true, true) => "",
                    (true, false) => ": is done",
                    (false, _) => ": was given up",
                };
                step.op = Op::Call(call.says(says).publishes());
                step.woken = woken;
            });
        });
        work();
        done.set(true);
        drop(over);
    }
}
