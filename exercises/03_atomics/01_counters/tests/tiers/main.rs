//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which it is noticed which
/// words are added to.
mod sync {
    pub(crate) use lanes::sync::*;

    pub(crate) mod atomic {
        use std::cell::RefCell;
        use std::collections::BTreeSet;
        use std::ops::Deref;

        pub(crate) use lanes::sync::atomic::*;

        std::thread_local! {
            /// The addresses of the words that were added to.
            static ADDED_TO: RefCell<BTreeSet<usize>> = const { RefCell::new(BTreeSet::new()) };
        }

        /// Runs `program`, and says how many different words were added to, by `fetch_add`.
        pub(crate) fn words_added_to(program: impl FnOnce()) -> usize {
            ADDED_TO.take();
            program();
            ADDED_TO.take().len()
        }

        pub(crate) struct AtomicU64(lanes::sync::atomic::AtomicU64);

        impl AtomicU64 {
            #[allow(dead_code, reason = "`default` is another way to make one")]
            #[track_caller]
            pub(crate) fn new(count: u64) -> Self {
                Self(lanes::sync::atomic::AtomicU64::new(count))
            }

            #[track_caller]
            pub(crate) fn fetch_add(&self, n: u64, ordering: Ordering) -> u64 {
                ADDED_TO.with_borrow_mut(|words| words.insert(std::ptr::from_ref(self).addr()));
                self.0.fetch_add(n, ordering)
            }
        }

        impl Default for AtomicU64 {
            #[track_caller]
            fn default() -> Self {
                Self(lanes::sync::atomic::AtomicU64::default())
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
