//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which weak exchanges may fail
/// several times in a row.
mod sync {
    pub(crate) use lanes::sync::*;

    pub(crate) mod atomic {
        use std::cell::Cell;
        use std::ops::Deref;

        pub(crate) use lanes::sync::atomic::*;

        std::thread_local! {
            static FAILURES: Cell<u32> = const { Cell::new(0) };
        }

        /// Runs `work`, in which the first weak exchanges fail for no reason, so many of them.
        pub(crate) fn weak_exchanges_fail<R>(times: u32, work: impl FnOnce() -> R) -> R {
            FAILURES.set(times);
            let result = work();
            FAILURES.set(0);
            result
        }

        pub(crate) struct AtomicU32(lanes::sync::atomic::AtomicU32);

        impl AtomicU32 {
            #[track_caller]
            pub(crate) fn new(value: u32) -> Self {
                Self(lanes::sync::atomic::AtomicU32::new(value))
            }

            #[track_caller]
            pub(crate) fn compare_exchange_weak(
                &self,
                current: u32,
                new: u32,
                success: Ordering,
                failure: Ordering,
            ) -> Result<u32, u32> {
                let left = FAILURES.get();
                if left > 0 {
                    FAILURES.set(left - 1);
                    return Err(self.0.load(failure));
                }
                self.0.compare_exchange_weak(current, new, success, failure)
            }
        }

        impl Default for AtomicU32 {
            #[track_caller]
            fn default() -> Self {
                Self::new(0)
            }
        }

        impl Deref for AtomicU32 {
            type Target = lanes::sync::atomic::AtomicU32;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    }
}
