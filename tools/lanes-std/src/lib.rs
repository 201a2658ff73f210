//! The `std` half of *lanes*: `std`'s synchronisation types, in the shape that a model checker needs.
//!
//! Write your code against `crate::sync`. Your library says `use lanes_std::sync;` and gets `std` at no
//! cost; the model test says `use lanes::sync;`, includes the same source file a second time, and gets
//! types that record every step and let loom explore every schedule.
//!
//! ```
//! use lanes_std::sync::atomic::{AtomicU32, Ordering};
//! use lanes_std::sync::cell::UnsafeCell;
//!
//! let n = AtomicU32::new(1);
//! assert_eq!(n.fetch_add(1, Ordering::Relaxed), 1);
//!
//! let cell = UnsafeCell::new(5);
//! // SAFETY: no other thread knows of this cell.
//! assert_eq!(cell.with(|value| unsafe { *value }), 5);
//! ```
//!
//! Everything here is a re-export of `std`, but for [`sync::cell::UnsafeCell`], which is reached through a
//! closure, so that the model knows when an access begins and ends.

/// What `crate::sync` means in a program that runs for real.
pub mod sync {
    pub use std::sync::{
        Arc, Condvar, LockResult, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard,
        RwLockWriteGuard, TryLockError, TryLockResult, WaitTimeoutResult, Weak,
    };

    /// Atomic integers, flags, pointers, and fences.
    pub mod atomic {
        pub use std::sync::atomic::{
            AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr,
            AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
        };
    }

    /// Shared memory without a lock of its own.
    pub mod cell;

    /// What to do while you wait.
    pub mod hint {
        pub use std::hint::spin_loop;
    }

    /// Threads, and how they sleep and wake.
    pub mod thread {
        pub use std::thread::{JoinHandle, Thread, ThreadId, current, park, spawn, yield_now};
    }
}
