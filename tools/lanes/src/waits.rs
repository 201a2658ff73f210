//! `lanes::sync`, in which waiting is noticed: for models of what must not wait.
//!
//! The copy of the source that a model explores takes it for `crate::sync`. A lock counts as a wait, whether it is free or
//! not: whoever may not wait may not take one. [`never_waits`](crate::never_waits()) asks for less: there it is a wait to be held up,
//! by a lock that is taken or in a loop, until another thread has done something.
//!
//! ```
//! use lanes::waits::{Mutex, waits_in};
//!
//! lanes::Model::new().allow_one_schedule().check(|| {
//!     let waits = waits_in(|| {
//!         let total = Mutex::new(0);
//!         *total.lock().unwrap() += 1;
//!     });
//!     assert_eq!(waits, 1);
//! });
//! ```

use std::cell::Cell;

pub use crate::sync::*;

std::thread_local! {
    static WAITS: Cell<u32> = const { Cell::new(0) };
}

fn count_a_wait() {
    WAITS.set(WAITS.get() + 1);
}

/// Runs `program`, and says how often somebody waited in it: by spinning, by yielding, or at a lock.
pub fn waits_in(program: impl FnOnce()) -> u32 {
    WAITS.set(0);
    program();
    WAITS.get()
}

/// What to do while you wait.
pub mod hint {
    /// As [`sync::hint::spin_loop`](crate::sync::hint::spin_loop), and is noticed.
    #[track_caller]
    pub fn spin_loop() {
        super::count_a_wait();
        crate::sync::hint::spin_loop();
    }
}

/// Threads.
pub mod thread {
    pub use crate::sync::thread::*;

    /// As [`sync::thread::yield_now`](crate::sync::thread::yield_now), and is noticed.
    #[track_caller]
    pub fn yield_now() {
        super::count_a_wait();
        crate::sync::thread::yield_now();
    }
}

/// A lock. To take it is noticed, whether it is free or not.
#[derive(Debug)]
pub struct Mutex<T>(crate::sync::Mutex<T>);

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self(crate::sync::Mutex::new(value))
    }

    /// Locks, waiting for as long as another thread holds the lock.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn lock(&self) -> LockResult<crate::sync::MutexGuard<'_, T>> {
        count_a_wait();
        self.0.lock()
    }
}
