//! Shared memory without a lock of its own.

use std::fmt;
use std::panic::Location;

use explorer::raw;

use crate::context::{self, begin};
use crate::step::{ObjectKind, Op, Step, Value};

use super::identity::Identity;
use super::name::{Named, Object};

/// [`std::cell::UnsafeCell`], reached through a closure.
///
/// The closure marks where an access begins and ends. Two accesses by different threads, at least one of
/// them a write, with nothing that orders one before the other, are a data race, whether or not they
/// overlap in this execution.
pub struct UnsafeCell<T> {
    /// The engine's half: which threads have accessed it, and when.
    access: Access,
    /// Ours: the value, so that a destructor can still reach it when no engine answers any more.
    value: std::cell::UnsafeCell<T>,
    id: Identity,
}

/// Watches the accesses to a piece of memory.
enum Access {
    Loom(loom::cell::UnsafeCell<()>),
    Explorer(raw::Cell),
}

impl Access {
    fn read(&self) {
        match self {
            Access::Loom(cell) => cell.with(|_| {}),
            Access::Explorer(cell) => cell.read(),
        }
    }

    fn write(&self) {
        match self {
            Access::Loom(cell) => cell.with_mut(|_| {}),
            Access::Explorer(cell) => cell.write(),
        }
    }
}

impl<T> UnsafeCell<T> {
    /// Wraps a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        // SAFETY: a reference is valid for reads, and initialised.
        let initial = unsafe { Value::peek(&value) };
        let id = Identity::new::<T>(ObjectKind::Cell, initial);
        let access = match context::explores() {
            true => Access::Explorer(raw::Cell::new(raw::content_of(&value))),
            false => Access::Loom(loom::cell::UnsafeCell::new(())),
        };
        Self {
            access,
            value: std::cell::UnsafeCell::new(value),
            id,
        }
    }

    /// Takes the value back out. Owning the cell proves that no other thread can reach it.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// The value, by the same proof.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Reads: calls `access` with a pointer to the value.
    ///
    /// Dereferencing it is sound while no other thread writes.
    #[track_caller]
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        let value = self.value.get().cast_const();
        if context::unwinding() {
            return access(value);
        }
        let site = Location::caller();
        self.id.reach(site);
        let step = begin(site, || {
            let mut step = Step::new(Op::CellRead, site).on(self.id);
            // SAFETY: as in `with`, below.
            step.read = unsafe { Value::peek(value) };
            step
        });
        self.access.read();
        // SAFETY:
        // - The cell owns the value, so it is valid for reads, and initialised.
        // - All threads of a model share one thread of the machine, so no other thread is writing now.
        step.end(|step| step.read = unsafe { Value::peek(value) });
        let began = context::steps_taken();
        let result = access(value);
        if context::steps_taken() != began && !context::unwinding() {
            // It was open while other steps were taken, and is read until now.
            self.id.reach(site);
            let step = begin(site, || {
                Step::new(Op::CellEnd { write: false }, site).on(self.id)
            });
            self.access.read();
            step.end(|_| {});
        }
        result
    }

    /// Writes: calls `access` with a mutable pointer to the value.
    ///
    /// Dereferencing it is sound while no other thread reads or writes.
    #[track_caller]
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        let value = self.value.get();
        if context::unwinding() {
            return access(value);
        }
        let site = Location::caller();
        self.id.reach(site);
        let step = begin(site, || {
            let mut step = Step::new(Op::CellWrite, site).on(self.id);
            // SAFETY: as in `with`.
            step.read = unsafe { Value::peek(value) };
            step
        });
        self.access.write();
        // SAFETY: as in `with`.
        let place = step.end(|step| step.read = unsafe { Value::peek(value) });
        let began = context::steps_taken();
        let result = access(value);
        context::amend(place, |step| {
            // SAFETY: as in `with`.
            let now = unsafe { Value::peek(value) };
            // As it was: a reference may have left `access`, and be written through later.
            step.wrote = if now == step.read {
                Value::Unknown
            } else {
                now
            };
        });
        if context::steps_taken() != began && !context::unwinding() {
            // It was open while other steps were taken, and is written until now.
            self.id.reach(site);
            let step = begin(site, || {
                Step::new(Op::CellEnd { write: true }, site).on(self.id)
            });
            self.access.write();
            step.end(|_| {});
        }
        if let Access::Explorer(cell) = &self.access {
            // SAFETY: valid for reads and initialised, as in `with`.
            cell.wrote(unsafe { raw::content_at(value.cast_const()) });
            if may_refer::<R>() {
                // SAFETY: the value stays where it is as long as a reference to it lives, and then as long as the cell is
                // not moved; what is read of one that was moved is a value that it has had.
                unsafe { cell.leave_open(value.cast_const()) };
            }
        }
        result
    }
}

/// Whether a value of that type may hold a reference, by which the cell is written when the access is over.
fn may_refer<R>() -> bool {
    let name = std::any::type_name::<R>();
    ["&", "*", "NonNull"].iter().any(|sign| name.contains(sign))
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}

/// An [`UnsafeCell`] that threads may share: with it a model needs no `unsafe impl Sync` of its own. Accesses that overlap are
/// data races, and those who dereference the pointers promise that there are none.
#[derive(Debug, Default)]
pub struct SyncCell<T>(UnsafeCell<T>);

// SAFETY: it only gives out pointers, and those who dereference them see to it that accesses do not overlap. The value may so
// come to another thread, which `T: Send` allows.
unsafe impl<T: Send> Sync for SyncCell<T> {}

impl<T> SyncCell<T> {
    /// Wraps a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Takes the value back out. Owning the cell proves that no other thread can reach it.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }

    /// The value, by the same proof.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// Reads: calls `access` with a pointer to the value.
    #[track_caller]
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        self.0.with(access)
    }

    /// Writes: calls `access` with a mutable pointer to the value.
    #[track_caller]
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        self.0.with_mut(access)
    }
}

impl<T> Named for SyncCell<T> {
    fn object(&self) -> Object {
        self.0.object()
    }
}

impl<T> Named for UnsafeCell<T> {
    fn object(&self) -> Object {
        Object(self.id.into())
    }
}
