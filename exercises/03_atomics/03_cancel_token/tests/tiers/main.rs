//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule. And one
//! question more, how a thread waits.

mod behaviour;
mod models;
mod sleep;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which a test may look at how
/// long a thread is about to sleep.
mod sync {
    use std::cell::RefCell;
    use std::ops::Deref;
    use std::sync::LockResult;
    use std::time::Duration;

    pub(crate) use lanes::sync::*;

    /// What is called with the time that a thread is about to sleep.
    type Look = Box<dyn FnMut(Duration)>;

    std::thread_local! {
        static AT_SLEEP: RefCell<Option<Look>> = const { RefCell::new(None) };
    }

    /// Runs `work`, and `look` whenever it is about to sleep for some time.
    pub(crate) fn at_each_sleep<R>(
        look: impl FnMut(Duration) + 'static,
        work: impl FnOnce() -> R,
    ) -> R {
        AT_SLEEP.set(Some(Box::new(look)));
        let result = work();
        drop(AT_SLEEP.take());
        result
    }

    pub(crate) struct Condvar(lanes::sync::Condvar);

    impl Condvar {
        #[track_caller]
        pub(crate) fn new() -> Self {
            Self(lanes::sync::Condvar::new())
        }

        #[track_caller]
        pub(crate) fn wait_timeout<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            time: Duration,
        ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
            AT_SLEEP.with_borrow_mut(|look| look.as_mut().map(|look| look(time)));
            self.0.wait_timeout(guard, time)
        }
    }

    impl Default for Condvar {
        #[track_caller]
        fn default() -> Self {
            Self::new()
        }
    }

    impl Deref for Condvar {
        type Target = lanes::sync::Condvar;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
}
