/// [`std::cell::UnsafeCell`], reached through a closure.
///
/// The closure marks where an access begins and ends. `std` does not need to know; a model does: it is
/// how a data race is seen. A reference that outlives the closure (as a guard's `Deref` returns) is seen by
/// the model at the moment it is made, and no longer.
///
/// Like `std`'s cell it is not `Sync`. The type that owns it promises that accesses do not overlap.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    /// Wraps a value.
    #[inline]
    pub const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Takes the value back out. Owning the cell proves that nobody else can reach it.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }

    /// The value, by the same proof.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// Reads: calls `access` with a pointer to the value.
    ///
    /// Dereferencing it is sound while no other thread writes.
    #[inline]
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        access(self.0.get())
    }

    /// Writes: calls `access` with a mutable pointer to the value.
    ///
    /// Dereferencing it is sound while no other thread reads or writes.
    #[inline]
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        access(self.0.get())
    }
}

/// An [`UnsafeCell`] that threads may share, so that the type that owns it needs no `unsafe impl Sync`.
///
/// It only gives out pointers. Those who dereference them see to it that accesses do not overlap.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct SyncCell<T>(UnsafeCell<T>);

// SAFETY: it only gives out pointers, and those who dereference them see to it that accesses do not overlap. The value may so
// come to another thread, which `T: Send` allows.
unsafe impl<T: Send> Sync for SyncCell<T> {}

impl<T> SyncCell<T> {
    /// Wraps a value.
    #[inline]
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Takes the value back out. Owning the cell proves that no other thread can reach it.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }

    /// The value, by the same proof.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// Reads: calls `access` with a pointer to the value.
    #[inline]
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        self.0.with(access)
    }

    /// Writes: calls `access` with a mutable pointer to the value.
    #[inline]
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        self.0.with_mut(access)
    }
}
