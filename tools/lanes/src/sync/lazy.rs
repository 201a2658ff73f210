use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use explorer::raw::{Hold, Lock, content_by};

use crate::context;

/// A `static` that is made on first use, anew in every execution.
///
/// `new` is not `const` for the other types of a model, so this is how a `static` can hold one. Only a
/// `static` may be a `LazyLock` here: its address is how its value is found.
///
/// What all threads share must be `Sync`:
///
/// ```compile_fail,E0277
/// use lanes::sync::LazyLock;
/// use std::cell::Cell;
///
/// static SHARED: LazyLock<Cell<u32>> = LazyLock::new(|| Cell::new(0));
/// ```
pub struct LazyLock<T> {
    lazy: loom::lazy_static::Lazy<T>,
    /// loom's shares whatever it holds. This one is for all threads if its value is, and may go from one to another.
    _shared: PhantomData<(T, std::sync::Mutex<T>)>,
}

thread_local! {
    /// What this execution has made, by the address of the static. What an execution leaves is lost: to drop it could mean
    /// a step.
    static MADE: RefCell<HashMap<usize, *const ()>> = RefCell::default();
}

/// Forgets the execution before.
pub(super) fn start_execution() {
    MADE.take();
}

impl<T: 'static> LazyLock<T> {
    /// A value that `init` will make.
    pub const fn new(init: fn() -> T) -> Self {
        Self {
            lazy: loom::lazy_static::Lazy {
                init,
                _p: PhantomData,
            },
            _shared: PhantomData,
        }
    }

    /// Makes the value if need be.
    pub fn force(this: &Self) -> &T {
        // SAFETY:
        // - The reference serves as a key, by its address, and is not followed later.
        // - The value that is found by it lives as long as the execution, longer than any borrow of a static within it.
        let this: &'static Self = unsafe { &*std::ptr::from_ref(this) };
        match context::explores() {
            true => this.made(),
            false => this.lazy.get(),
        }
    }

    /// The value of this execution. Who reads it has waited for whoever has made it, and for nobody else.
    fn made(&'static self) -> &'static T {
        let address = std::ptr::from_ref(self).addr();
        let lock = Lock::of_static(address);
        let is_made = lock.lock(Hold::Shared);
        lock.unlock(Hold::Shared, explorer::raw::Content::Same);
        if !is_made {
            if !lock.lock(Hold::Exclusive) {
                let value: *const T = Box::into_raw(Box::new((self.lazy.init)()));
                MADE.with_borrow_mut(|made| made.insert(address, value.cast()));
            }
            lock.unlock(Hold::Exclusive, content_by(b"made".to_vec()));
        }
        let place = MADE.with_borrow(|made| made[&address]).cast::<T>();
        // SAFETY: made by a box, of this type, for the address belongs to one static; and never freed.
        unsafe { &*place }
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
