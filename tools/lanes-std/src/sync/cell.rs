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
