use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A `static` that is made on first use, anew in every execution.
///
/// `new` is not `const` for the other types of a model, so this is how a `static` can hold one. Only a
/// `static` may be a `LazyLock` here: its address is how its value is found.
pub struct LazyLock<T> {
    lazy: loom::lazy_static::Lazy<T>,
}

impl<T: 'static> LazyLock<T> {
    /// A value that `init` will make.
    pub const fn new(init: fn() -> T) -> Self {
        Self {
            lazy: loom::lazy_static::Lazy {
                init,
                _p: PhantomData,
            },
        }
    }

    /// Makes the value if need be.
    pub fn force(this: &Self) -> &T {
        // SAFETY:
        // - The reference serves as a key, by its address, and is not followed later.
        // - The value that is found by it lives as long as the execution, longer than any borrow of a static within it.
        let this: &'static Self = unsafe { &*std::ptr::from_ref(this) };
        this.lazy.get()
    }
}

impl<T: 'static> Deref for LazyLock<T> {
    type Target = T;

    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T> fmt::Debug for LazyLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyLock").finish_non_exhaustive()
    }
}
