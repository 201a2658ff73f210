//! What belongs to a thread of a model: its `thread_local!`s, and where it parks.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use crate::context;

/// Declares variables of which each thread of a model has its own, as [`std::thread_local!`] does. They are made on first
/// use, anew in each execution, and dropped when their thread ends, before whoever joins it goes on.
#[macro_export]
#[doc(hidden)]
macro_rules! own_thread_local {
    () => {};
    ($(#[$attribute:meta])* $public:vis static $name:ident: $type:ty = const { $init:expr } $(; $($rest:tt)*)?) => {
        $crate::sync::thread_local!($(#[$attribute])* $public static $name: $type = $init $(; $($rest)*)?);
    };
    ($(#[$attribute:meta])* $public:vis static $name:ident: $type:ty = const $init:block $(; $($rest:tt)*)?) => {
        $crate::sync::thread_local!($(#[$attribute])* $public static $name: $type = $init $(; $($rest)*)?);
    };
    ($(#[$attribute:meta])* $public:vis static $name:ident: $type:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attribute])*
        $public static $name: $crate::sync::LocalKey<$type> = $crate::sync::LocalKey::new(|| $init);
        $($crate::sync::thread_local!($($rest)*);)?
    };
}

pub use own_thread_local as thread_local;

/// A variable of which each thread has its own.
pub struct LocalKey<T: 'static> {
    init: fn() -> T,
}

/// A variable of one thread. `None` when it has been dropped.
struct Local {
    thread: usize,
    key: usize,
    value: Option<Rc<dyn Any>>,
}

std::thread_local! {
    static LOCALS: RefCell<Vec<Local>> = const { RefCell::new(Vec::new()) };
    /// Where threads park, under loom.
    static PARKERS: RefCell<Vec<Rc<Parker>>> = const { RefCell::new(Vec::new()) };
}

/// Forgets the execution before.
pub(super) fn start_execution() {
    // To drop what is left of it could mean a step.
    std::mem::forget(LOCALS.take());
    PARKERS.take();
}

/// Drops the variables of a thread that ends, in the order in which it has made them.
pub(crate) fn end_thread(thread: usize) {
    loop {
        let next = LOCALS.with_borrow_mut(|locals| {
            let mut own = locals.iter_mut().filter(|it| it.thread == thread);
            own.find_map(|it| it.value.take())
        });
        // The next one may use this one no longer.
        let Some(value) = next else { break };
        drop(value);
    }
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn new(init: fn() -> T) -> Self {
        Self { init }
    }

    /// Calls `use_it` with the running thread's own.
    ///
    /// # Panics
    ///
    /// Panics if it was dropped: the thread ends.
    pub fn with<R>(&'static self, use_it: impl FnOnce(&T) -> R) -> R {
        match self.value() {
            Some(value) => use_it(&value),
            None => panic!("cannot access a thread-local variable during or after its destruction"),
        }
    }

    /// Calls `use_it` with the running thread's own.
    ///
    /// # Errors
    ///
    /// If it was dropped: the thread ends.
    pub fn try_with<R>(&'static self, use_it: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        match self.value() {
            Some(value) => Ok(use_it(&value)),
            None => Err(AccessError),
        }
    }

    fn value(&'static self) -> Option<Rc<T>> {
        let (thread, key) = (context::current(), std::ptr::from_ref(self).addr());
        let known = LOCALS.with_borrow(|locals| {
            let mut locals = locals.iter();
            let local = locals.find(|it| (it.thread, it.key) == (thread, key));
            local.map(|it| it.value.clone())
        });
        let value = known.unwrap_or_else(|| {
            let value: Rc<dyn Any> = Rc::new((self.init)());
            let local = Local {
                thread,
                key,
                value: Some(Rc::clone(&value)),
            };
            LOCALS.with_borrow_mut(|locals| locals.push(local));
            Some(value)
        })?;
        Some(value.downcast().expect("a key has one type"))
    }
}

/// What [`LocalKey::try_with`] says of a variable that was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessError;

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("already destroyed")
    }
}

impl std::error::Error for AccessError {}

impl<T: 'static> LocalKey<Cell<T>> {
    /// Writes the value.
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// Reads the value.
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the value, and leaves the default.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Writes a value; returns the one before.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Calls `use_it` with the value, borrowed.
    ///
    /// # Panics
    ///
    /// Panics if it is borrowed mutably.
    pub fn with_borrow<R>(&'static self, use_it: impl FnOnce(&T) -> R) -> R {
        self.with(|cell| use_it(&cell.borrow()))
    }

    /// Calls `use_it` with the value, borrowed mutably.
    ///
    /// # Panics
    ///
    /// Panics if it is borrowed.
    pub fn with_borrow_mut<R>(&'static self, use_it: impl FnOnce(&mut T) -> R) -> R {
        self.with(|cell| use_it(&mut cell.borrow_mut()))
    }
}

impl<T> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// A thread's parking place, under loom.
pub(super) struct Parker {
    notify: loom::sync::Notify,
    /// Whether an `unpark` waits to be used up.
    token: Cell<bool>,
}

/// Where that thread parks.
pub(super) fn parker(thread: usize) -> Rc<Parker> {
    PARKERS.with_borrow_mut(|parkers| {
        while parkers.len() <= thread {
            parkers.push(Rc::new(Parker {
                notify: loom::sync::Notify::new(),
                token: Cell::new(false),
            }));
        }
        Rc::clone(&parkers[thread])
    })
}

impl Parker {
    pub(super) fn notify(&self) {
        self.token.set(true);
        self.notify.notify();
    }

    pub(super) fn wait(&self) {
        // The wait first: it is what whoever has unparked us hands on to us.
        loop {
            self.notify.wait();
            if self.token.replace(false) {
                break;
            }
        }
    }
}
