//! Memory and counted references that are watched.
//!
//! A [`Box`] is one that a program frees by itself: behind a raw pointer, when no thread looks at it any more.
//!
//! An [`Arc`] has a count that is explored and a leak that is noticed.
//! `std`'s [`Arc`](std::sync::Arc) is invisible to a model: its count takes no step, its leak goes unseen,
//! and the thread that drops the last reference has, as far as the model knows, never heard of the others.
//! That is right for a model's own scaffolding. Where an `Arc` is part of what is tested, use this one.
//!
//! Unlike `std`'s it does not coerce to `Arc<dyn Trait>`, which the language keeps for `std`'s own, and cannot be the type of
//! `self`: where a trait object is needed, use an `Arc<Box<dyn Trait>>` of `std`'s `Box`.

mod boxed;

pub use boxed::{Box, unbox};

use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::Deref;
use std::panic::Location;

use explorer::raw::{self, Refs};
use loom::sync::atomic::{AtomicUsize, Ordering, fence};

use super::alloc::Life;
use super::name::{Named, Object};
use crate::context::{self, begin};
use crate::step::{ObjectId, ObjectKind, Op, Site, Step, Value};

/// A shared, counted reference.
pub struct Arc<T> {
    shared: std::sync::Arc<Shared<T>>,
    /// Where this reference was made: a destructor cannot know where it runs.
    site: Site,
}

/// A reference that does not keep the value alive.
pub struct Weak<T> {
    /// `None` if it never led anywhere.
    shared: Option<std::sync::Arc<Shared<T>>>,
}

struct Shared<T> {
    strong: Strong,
    weak: Cell<usize>,
    /// Ends when the value is dropped.
    life: UnsafeCell<ManuallyDrop<Life>>,
    id: ObjectId,
    /// False only while `new_cyclic` makes the value.
    is_made: Cell<bool>,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY:
// - The value is shared and handed on as in `std`'s.
// - All threads of a model share one thread of the machine, so the `Cell`s are never reached by two at once.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as for `Send`.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Arc<T> {
    /// A counted reference to `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let this = Self::empty(Location::caller());
        this.fill(value);
        this
    }

    /// A counted reference to what `make` returns, which is given a reference to that: it cannot be upgraded before the value is
    /// there.
    #[track_caller]
    pub fn new_cyclic(make: impl FnOnce(&Weak<T>) -> T) -> Self {
        // Not dropped, if `make` panics: there is no value to be dropped.
        let this = ManuallyDrop::new(Self::empty(Location::caller()));
        let weak = Self::downgrade(&this);
        this.fill(make(&weak));
        ManuallyDrop::into_inner(this)
    }

    /// A reference to a value that is still to be made.
    fn empty(site: Site) -> Self {
        let life = Life::begin(ObjectKind::Arc, site);
        Self {
            site,
            shared: std::sync::Arc::new(Shared {
                strong: Strong::new(),
                weak: Cell::new(0),
                id: life.id(),
                life: UnsafeCell::new(ManuallyDrop::new(life)),
                is_made: Cell::new(false),
                value: UnsafeCell::new(MaybeUninit::uninit()),
            }),
        }
    }

    fn fill(&self, value: T) {
        // SAFETY: this is the only reference that could be followed, and it is not before the value is there.
        unsafe { (*self.shared.value.get()).write(value) };
        self.shared.is_made.set(true);
    }

    /// How many references keep the value alive.
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        if context::unwinding() {
            return 1;
        }
        this.shared.strong.count(Ordering::Relaxed)
    }

    /// How many references do not.
    pub fn weak_count(this: &Self) -> usize {
        this.shared.weak.get()
    }

    /// A reference that does not keep the value alive.
    pub fn downgrade(this: &Self) -> Weak<T> {
        this.shared.weak.set(this.shared.weak.get() + 1);
        Weak {
            shared: Some(std::sync::Arc::clone(&this.shared)),
        }
    }

    /// The value, if this is the only reference of either kind.
    #[track_caller]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        let unique = context::unwinding()
            || this.shared.strong.count(Ordering::Acquire) == 1 && this.shared.weak.get() == 0;
        if !unique {
            return None;
        }
        // SAFETY: exclusively owned, and borrowed mutably; no other reference exists. While a panic unwinds others may,
        // but the threads that hold them never run again.
        let value = unsafe { &mut *this.shared.value.get() };
        // SAFETY: made before the first reference was given out.
        Some(unsafe { value.assume_init_mut() })
    }

    /// The value itself, if this is the last reference that keeps it alive.
    ///
    /// # Errors
    ///
    /// This reference, if it is not.
    #[track_caller]
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        if !this.shared.strong.unwrap() {
            return Err(this);
        }
        let this = ManuallyDrop::new(this);
        // SAFETY: valid, and read once: `this` is not dropped.
        let shared = unsafe { std::ptr::read(&this.shared) };
        Ok(shared.take())
    }

    /// The value itself, for the thread that drops the last reference.
    #[track_caller]
    pub fn into_inner(this: Self) -> Option<T> {
        let this = ManuallyDrop::new(this);
        // SAFETY: valid, and read once: `this` is not dropped.
        let shared = unsafe { std::ptr::read(&this.shared) };
        shared.release(Location::caller()).then(|| shared.take())
    }

    /// Whether both lead to the same value.
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::sync::Arc::ptr_eq(&this.shared, &other.shared)
    }

    /// The value's address.
    pub fn as_ptr(this: &Self) -> *const T {
        this.shared.value.get().cast_const().cast()
    }
}

impl<T> Shared<T> {
    /// Counts one reference less. Returns whether it was the last.
    fn release(&self, site: Site) -> bool {
        let step = begin(site, || Step::new(Op::Drop, site).on(self.id));
        let (is_last, left) = self.strong.release();
        step.end(|step| step.wrote = Value::Int(left as i128));
        is_last
    }

    /// Moves the value out, once, after the last reference has gone.
    fn take(&self) -> T {
        // SAFETY: the count is zero: exclusively owned, and no other reference exists.
        let life = unsafe { &mut *self.life.get() };
        // SAFETY: the count reaches zero once, so it has not been dropped before.
        unsafe { ManuallyDrop::drop(life) };
        // SAFETY: as for `life`.
        let value = unsafe { &*self.value.get() };
        // SAFETY: made, and taken once.
        unsafe { value.assume_init_read() }
    }
}

/// How many references keep the value alive, as the engine that runs the model counts them.
enum Strong {
    Loom(AtomicUsize),
    Explorer(Refs),
}

impl Strong {
    fn new() -> Self {
        match context::explores() {
            true => Strong::Explorer(Refs::new()),
            false => Strong::Loom(AtomicUsize::new(1)),
        }
    }

    fn count(&self, order: Ordering) -> usize {
        match self {
            Strong::Loom(count) => count.load(order),
            Strong::Explorer(refs) => refs.count() as usize,
        }
    }

    /// How many there are now, for the record.
    fn add(&self) -> usize {
        match self {
            Strong::Loom(count) => count.fetch_add(1, Ordering::Relaxed) + 1,
            Strong::Explorer(refs) => {
                refs.add();
                raw::details().count as usize
            }
        }
    }

    /// Whether it was the last; and how many are left, for the record.
    fn release(&self) -> (bool, usize) {
        match self {
            Strong::Loom(count) => {
                let left = count.fetch_sub(1, Ordering::Release) - 1;
                if left == 0 {
                    fence(Ordering::Acquire);
                }
                (left == 0, left)
            }
            Strong::Explorer(refs) => (refs.release(), raw::details().count as usize),
        }
    }

    fn unwrap(&self) -> bool {
        match self {
            Strong::Loom(count) => {
                let taken = count.compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed);
                taken.is_ok()
            }
            Strong::Explorer(refs) => refs.unwrap(),
        }
    }

    /// How many there are now, for the record. None if there was none.
    fn upgrade(&self) -> Option<usize> {
        match self {
            Strong::Loom(count) => {
                let more = |count: usize| (count > 0).then_some(count + 1);
                let before = count.fetch_update(Ordering::Acquire, Ordering::Relaxed, more);
                before.ok().map(|count| count + 1)
            }
            Strong::Explorer(refs) => {
                let is_alive = refs.upgrade();
                is_alive.then(|| raw::details().count as usize)
            }
        }
    }
}

impl<T> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let shared = std::sync::Arc::clone(&self.shared);
        let site = Location::caller();
        if !context::unwinding() {
            let step = begin(site, || Step::new(Op::Clone, site).on(shared.id));
            let count = shared.strong.add();
            step.end(|step| step.wrote = Value::Int(count as i128));
        }
        Self { shared, site }
    }
}

impl<T> Drop for Arc<T> {
    fn drop(&mut self) {
        // While a panic unwinds the value is leaked: to drop it could mean a step.
        if !context::is_over() && self.shared.release(self.site) {
            drop(self.shared.take());
        }
    }
}

impl<T> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - This reference keeps the value alive.
        // - A mutable one is given out only by `get_mut`, to a sole owner.
        let value = unsafe { &*self.shared.value.get() };
        // SAFETY: made before the first reference was given out.
        unsafe { value.assume_init_ref() }
    }
}

impl<T> Weak<T> {
    /// A reference that leads nowhere.
    pub fn new() -> Self {
        Self { shared: None }
    }

    /// A reference that keeps the value alive, if it still is.
    #[track_caller]
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let shared = self.shared.as_ref()?;
        if context::unwinding() || !shared.is_made.get() {
            return None;
        }
        let site = Location::caller();
        let step = begin(site, || Step::new(Op::Upgrade, site).on(shared.id));
        let alive = shared.strong.upgrade();
        step.end(|step| match alive {
            Some(count) => step.wrote = Value::Int(count as i128),
            None => step.succeeded = false,
        });
        alive.map(|_| Arc {
            site,
            shared: std::sync::Arc::clone(shared),
        })
    }

    /// How many references keep the value alive.
    pub fn strong_count(&self) -> usize {
        match &self.shared {
            Some(shared) if shared.is_made.get() && !context::unwinding() => {
                shared.strong.count(Ordering::Relaxed)
            }
            _ => 0,
        }
    }
}

impl<T> Clone for Weak<T> {
    fn clone(&self) -> Self {
        if let Some(shared) = &self.shared {
            shared.weak.set(shared.weak.get() + 1);
        }
        Self {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for Weak<T> {
    fn drop(&mut self) {
        if let Some(shared) = &self.shared {
            shared.weak.set(shared.weak.get() - 1);
        }
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for Arc<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Default> Default for Arc<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}

impl<T> Named for Arc<T> {
    fn object(&self) -> Object {
        Object(self.shared.id)
    }
}
