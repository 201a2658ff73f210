//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which waiting is noticed.
#[allow(dead_code, reason = "what is there for solutions that wait")]
mod sync {
    pub(crate) use lanes::sync::*;

    use std::cell::Cell;

    std::thread_local! {
        static WAITS: Cell<u32> = const { Cell::new(0) };
    }

    fn count_a_wait() {
        WAITS.set(WAITS.get() + 1);
    }

    /// Runs `program`, and says how often somebody waited in it: by spinning, by yielding, or at a lock.
    pub(crate) fn waits_in(program: impl FnOnce()) -> u32 {
        WAITS.set(0);
        program();
        WAITS.get()
    }

    pub(crate) mod hint {
        #[track_caller]
        pub(crate) fn spin_loop() {
            super::count_a_wait();
            lanes::sync::hint::spin_loop();
        }
    }

    pub(crate) mod thread {
        pub(crate) use lanes::sync::thread::*;

        #[track_caller]
        pub(crate) fn yield_now() {
            super::count_a_wait();
            lanes::sync::thread::yield_now();
        }
    }

    /// A lock: whoever may not wait may not take one, whether it is free or not.
    pub(crate) struct Mutex<T>(lanes::sync::Mutex<T>);

    impl<T> Mutex<T> {
        #[track_caller]
        pub(crate) fn new(value: T) -> Self {
            Self(lanes::sync::Mutex::new(value))
        }

        #[track_caller]
        pub(crate) fn lock(&self) -> std::sync::LockResult<lanes::sync::MutexGuard<'_, T>> {
            count_a_wait();
            self.0.lock()
        }
    }
}
