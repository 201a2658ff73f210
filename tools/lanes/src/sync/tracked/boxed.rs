use std::alloc::Layout;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::ptr::{self, NonNull};

use crate::context;
use crate::step::{ObjectId, Site};
use crate::sync::name::{Named, Object};
use crate::sync::{alloc, watched};

/// A value in memory of its own, which is watched.
///
/// A box that is never dropped is a leak. Memory that was freed is not used again in the same execution. To reach it is a *use
/// after free*: by an atomic, a cell or a lock that lies in it, by another box made from the same pointer, or by dropping that.
/// To free it with nothing that orders another thread's use before is a *data race*. Fields that are nothing of `crate::sync`'s
/// are read past the checker; after the free they hold 0xDE in every byte.
///
/// Unlike `std`'s it does not coerce to `Box<dyn Trait>`, and `*box` does not move out: that is [`unbox`].
pub struct Box<T> {
    place: NonNull<T>,
    /// Where it came to be owned: a destructor cannot know where it runs.
    site: Site,
    _owns: PhantomData<T>,
}

// SAFETY: exclusively owned, so it moves with its value.
unsafe impl<T: Send> Send for Box<T> {}
// SAFETY: a shared reference gives `&T` and nothing more.
unsafe impl<T: Sync> Sync for Box<T> {}

/// A type without a size has an address all the same.
fn layout<T>() -> Layout {
    let layout = Layout::new::<T>();
    Layout::from_size_align(layout.size().max(1), layout.align())
        .expect("as good as the type's own")
}

impl<T> Box<T> {
    /// Allocates, and moves the value there.
    #[track_caller]
    pub fn new(value: T) -> Self {
        // SAFETY: the size is not zero.
        let place = unsafe { alloc::alloc(layout::<T>()) }.cast::<T>();
        let place = NonNull::new(place).expect("the system has memory to spare");
        // SAFETY: allocated for a `T`, and nothing points there yet.
        unsafe { place.write(value) };
        Self {
            place,
            site: Location::caller(),
            _owns: PhantomData,
        }
    }

    /// Gives up the box. The caller has to see to the value from here on.
    pub fn into_raw(this: Self) -> *mut T {
        ManuallyDrop::new(this).place.as_ptr()
    }

    /// The box again.
    ///
    /// # Safety
    ///
    /// The pointer comes from [`into_raw`](Self::into_raw), and no other box has been made from it since. A model notices if one
    /// has, when the second is used or dropped.
    ///
    /// # Panics
    ///
    /// Panics if the pointer is null.
    #[track_caller]
    pub unsafe fn from_raw(pointer: *mut T) -> Self {
        Self {
            place: NonNull::new(pointer)
                .expect("a box is made from a pointer that leads somewhere"),
            site: Location::caller(),
            _owns: PhantomData,
        }
    }

    /// Takes the value out, and frees.
    #[track_caller]
    pub(super) fn unbox(this: Self) -> T {
        let place = ManuallyDrop::new(this).place;
        let site = Location::caller();
        let counts = !context::unwinding();
        if counts {
            alloc::expect_freeable(place.as_ptr().cast(), site);
        }
        // SAFETY: exclusively owned: valid, and read once.
        let value = unsafe { place.read() };
        if counts {
            // SAFETY: allocated by `new` with that layout, and freed once: the box is consumed.
            unsafe { alloc::end_life(place.as_ptr().cast(), layout::<T>(), site) };
        }
        value
    }

    fn reach(&self, site: Site) {
        if !context::unwinding() {
            watched::reach(self.place.addr().get(), site);
        }
    }
}

/// Takes the value out of its box, and frees the memory. (`*box` does that for `std`'s, and for no other type.)
#[track_caller]
pub fn unbox<T>(from: Box<T>) -> T {
    Box::unbox(from)
}

impl<T> Deref for Box<T> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        self.reach(Location::caller());
        // SAFETY: exclusively owned, and not freed, or the step before has ended the execution.
        unsafe { self.place.as_ref() }
    }
}

impl<T> DerefMut for Box<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        self.reach(Location::caller());
        // SAFETY: as in `deref`; and the box is borrowed mutably.
        unsafe { self.place.as_mut() }
    }
}

impl<T> Drop for Box<T> {
    fn drop(&mut self) {
        // While a panic unwinds the value is leaked: to drop it could mean a step.
        if context::is_over() {
            return;
        }
        let memory = self.place.as_ptr().cast();
        alloc::expect_freeable(memory, self.site);
        // SAFETY: exclusively owned, and dropped once: a second box of the same pointer has not come so far.
        unsafe { ptr::drop_in_place(self.place.as_ptr()) };
        // SAFETY: allocated by `new` with that layout, and freed once.
        unsafe { alloc::end_life(memory, layout::<T>(), self.site) };
    }
}

impl<T> From<T> for Box<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Default> Default for Box<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Box<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> Named for Box<T> {
    fn object(&self) -> Object {
        let known: Option<ObjectId> = watched::id_at(self.place.addr().get());
        Object(known.unwrap_or(ObjectId(u32::MAX)))
    }
}
