#![doc = include_str!("../README.md")]

pub use lanes::sync::thread_local;

/// Memory that is watched until it is freed.
pub mod alloc {
    pub use lanes::sync::alloc::{Layout, Track, alloc, alloc_zeroed, dealloc};
}

/// Plain memory.
pub mod cell {
    pub use lanes::sync::cell::UnsafeCell;
}

/// Futures.
pub mod future {
    pub use lanes::sync::task::block_on;
}

/// What to do while you wait.
pub mod hint {
    pub use lanes::sync::hint::spin_loop;
}

/// Atomics, locks and what is counted.
pub mod sync {
    mod notify;

    pub use notify::Notify;

    pub use lanes::sync::tracked::{Arc, Weak};
    pub use lanes::sync::{
        Barrier, Condvar, LockResult, Mutex, MutexGuard, Once, OnceLock, PoisonError, RwLock,
        RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult, WaitTimeoutResult, atomic,
        mpsc,
    };
}

/// Threads.
pub mod thread {
    pub use lanes::sync::thread::*;
    pub use lanes::sync::{AccessError, LocalKey};
}

/// Explores every schedule of `program`, and panics with a table of the first that fails: [`lanes::model()`], but for a
/// program of one thread, which loom accepts.
///
/// # Panics
///
/// As [`lanes::model()`].
pub fn model(program: impl Fn() + Send + Sync + 'static) {
    model::Builder::new().check(program);
}

/// A model with limits of its own.
pub mod model {
    use std::path::PathBuf;
    use std::time::Duration;

    /// What loom's builder has. Its limits are loom's; here all is explored, whatever they say.
    #[derive(Clone, Debug, Default)]
    #[non_exhaustive]
    pub struct Builder {
        /// Not looked at: there may be 64.
        pub max_threads: usize,
        /// Not looked at.
        pub max_branches: usize,
        /// Not looked at.
        pub max_permutations: Option<usize>,
        /// Not looked at.
        pub max_duration: Option<Duration>,
        /// Not looked at: threads may be interrupted as often as there are steps.
        pub preemption_bound: Option<usize>,
        /// Not looked at.
        pub checkpoint_file: Option<PathBuf>,
        /// Not looked at.
        pub checkpoint_interval: usize,
        /// Not looked at: the table has every place.
        pub location: bool,
        /// Not looked at.
        pub log: bool,
        /// Not looked at.
        pub expect_explicit_explore: bool,
    }

    impl Builder {
        /// A model without limits.
        pub fn new() -> Self {
            Self::default()
        }

        /// As [`model`](super::model()).
        ///
        /// # Panics
        ///
        /// As [`lanes::model()`].
        pub fn check(&self, program: impl Fn() + Send + Sync + 'static) {
            lanes::Model::new().allow_one_schedule().check(program);
        }
    }
}
