//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which something may happen
/// whenever a word is loaded.
mod sync {
    pub(crate) use lanes::sync::*;

    pub(crate) mod atomic {
        use std::cell::RefCell;
        use std::ops::Deref;

        pub(crate) use lanes::sync::atomic::*;

        /// What is called before a word is loaded.
        type Meanwhile = Box<dyn FnMut()>;

        std::thread_local! {
            static AT_LOAD: RefCell<Option<Meanwhile>> = const { RefCell::new(None) };
        }

        /// Runs `work`, and `meanwhile` before each load in it.
        pub(crate) fn before_each_load<R>(
            meanwhile: impl FnMut() + 'static,
            work: impl FnOnce() -> R,
        ) -> R {
            AT_LOAD.set(Some(Box::new(meanwhile)));
            let result = work();
            drop(AT_LOAD.take());
            result
        }

        pub(crate) struct AtomicU64(lanes::sync::atomic::AtomicU64);

        impl AtomicU64 {
            #[track_caller]
            pub(crate) fn new(word: u64) -> Self {
                Self(lanes::sync::atomic::AtomicU64::new(word))
            }

            #[track_caller]
            pub(crate) fn load(&self, ordering: Ordering) -> u64 {
                // Taken out, so that what happens meanwhile loads as it is.
                if let Some(mut meanwhile) = AT_LOAD.take() {
                    meanwhile();
                    AT_LOAD.set(Some(meanwhile));
                }
                self.0.load(ordering)
            }
        }

        impl Default for AtomicU64 {
            #[track_caller]
            fn default() -> Self {
                Self::new(0)
            }
        }

        impl Deref for AtomicU64 {
            type Target = lanes::sync::atomic::AtomicU64;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    }
}
