//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which a test may look at
/// things whenever a thread yields.
mod sync {
    pub(crate) use lanes::sync::*;

    pub(crate) mod thread {
        use std::cell::RefCell;

        pub(crate) use lanes::sync::thread::*;

        thread_local! {
            static AT_YIELD: RefCell<Option<Box<dyn FnMut()>>> = const { RefCell::new(None) };
        }

        /// Runs `look` at each [`yield_now`] of `work`.
        pub(crate) fn at_each_yield<R>(
            look: impl FnMut() + 'static,
            work: impl FnOnce() -> R,
        ) -> R {
            AT_YIELD.set(Some(Box::new(look)));
            let result = work();
            drop(AT_YIELD.take());
            result
        }

        #[track_caller]
        pub(crate) fn yield_now() {
            // Taken out, for it takes steps, and the execution may end in one.
            if let Some(mut look) = AT_YIELD.take() {
                look();
                AT_YIELD.set(Some(look));
            }
            lanes::sync::thread::yield_now();
        }
    }
}
