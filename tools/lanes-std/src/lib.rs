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
//! Everything here is a re-export of `std`, but for the cells of [`sync::cell`], which are reached through a
//! closure, so that the model knows when an access begins and ends; and what `std` does not have: [`sync::epoch`],
//! [`sync::futex`] and [`sync::task::block_on`].

/// What `crate::sync` means in a program that runs for real.
///
/// Whatever is here is in `lanes::sync` under the same name. What is not here, a model cannot explore.
pub mod sync {
    pub use std::sync::{
        Arc, Barrier, BarrierWaitResult, Condvar, LazyLock, LockResult, Mutex, MutexGuard, Once,
        OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        TryLockResult, WaitTimeoutResult, Weak,
    };
    pub use std::thread_local;

    /// Allocations whose leak a model notices.
    pub mod alloc;

    /// Atomic integers, flags, pointers, and fences.
    pub mod atomic {
        pub use std::sync::atomic::{
            AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr,
            AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
        };
    }

    /// Shared memory without a lock of its own.
    pub mod cell;

    /// Memory that is freed when nobody can be looking at it any more. Here it is `crossbeam-epoch`'s.
    ///
    /// Of its methods a model knows those that queues and lists need: no collectors of one's own, and no tags on `Owned`.
    pub mod epoch {
        pub use crossbeam_epoch::{
            Atomic, CompareExchangeError, Guard, Owned, Pointer, Shared, pin, unprotected,
        };
    }

    /// Sleeping for as long as an atomic has some value: the crate `atomic-wait`.
    pub mod futex {
        pub use atomic_wait::{wait, wake_all, wake_one};
    }

    /// Values that are sent from thread to thread.
    pub mod mpsc {
        pub use std::sync::mpsc::{
            IntoIter, Iter, Receiver, RecvError, SendError, Sender, SyncSender, TryRecvError,
            TrySendError, channel, sync_channel,
        };
    }

    /// Futures, and what wakes them.
    pub mod task;

    /// What to do while you wait.
    pub mod hint {
        pub use std::hint::spin_loop;
    }

    /// Threads, and how they sleep and wake.
    pub mod thread {
        pub use std::thread::{
            Builder, JoinHandle, Result, Scope, ScopedJoinHandle, Thread, ThreadId, current,
            panicking, park, park_timeout, scope, sleep, spawn, yield_now,
        };
    }

    /// Counted references whose count a model explores, and whose leak it notices. Here they are `std`'s.
    ///
    /// [`Arc`] itself is `std`'s in a model, too, and invisible to it. Use these where the count is part of
    /// what is tested, or where the destructor of what is inside touches shared memory.
    pub mod tracked {
        pub use std::boxed::Box;
        pub use std::sync::{Arc, Weak};

        /// Takes the value out of its box, and frees the memory. (`*box` does that too, but not in a model.)
        #[inline]
        #[expect(clippy::boxed_local, reason = "that it was boxed is the point")]
        pub fn unbox<T>(from: Box<T>) -> T {
            *from
        }
    }

    /// Gives a shared object the name by which a model's reports call it. Here it does nothing.
    #[inline]
    pub fn name<T: ?Sized>(_object: &T, _name: &'static str) {}

    /// Shows in a model's reports what is inside a lock. Here it does nothing.
    #[inline]
    pub fn show<T: ?Sized>(_lock: &T) {}

    /// A row of the program's own in a model's table. Here it does nothing.
    #[inline]
    pub fn note(_words: &'static str) {}
}
