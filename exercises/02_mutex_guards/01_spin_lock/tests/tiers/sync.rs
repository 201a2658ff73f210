//! What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`. Where a test asks for it, each
//! step of a thread that waits is noted.

pub(crate) use lanes::sync::*;

/// Atomics.
#[allow(dead_code, reason = "what a lock is made of is yours to choose")]
pub(crate) mod atomic {
    use std::ops::{Deref, DerefMut};

    pub(crate) use lanes::sync::atomic::*;

    use super::watch::{Step, note};

    /// Atomics of `lanes`, whose looks and exchanges are noted. All else they do as they are.
    macro_rules! noted {
        ($($atomic:ident: $value:ty, $free:literal;)*) => {$(
            pub(crate) struct $atomic(lanes::sync::atomic::$atomic);

            impl $atomic {
                #[track_caller]
                pub(crate) fn new(value: $value) -> Self {
                    Self(lanes::sync::atomic::$atomic::new(value))
                }

                #[track_caller]
                pub(crate) fn into_inner(self) -> $value {
                    self.0.into_inner()
                }

                #[track_caller]
                pub(crate) fn load(&self, order: Ordering) -> $value {
                    let value = self.0.load(order);
                    note(match value {
                        $free => Step::SeesFree,
                        _ => Step::SeesTaken,
                    });
                    value
                }

                #[track_caller]
                pub(crate) fn swap(&self, value: $value, order: Ordering) -> $value {
                    let old = self.0.swap(value, order);
                    note(Step::Exchange);
                    old
                }

                #[track_caller]
                pub(crate) fn fetch_or(&self, value: $value, order: Ordering) -> $value {
                    let old = self.0.fetch_or(value, order);
                    note(Step::Exchange);
                    old
                }

                #[track_caller]
                pub(crate) fn compare_exchange(
                    &self,
                    from: $value,
                    to: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    let found = self.0.compare_exchange(from, to, success, failure);
                    note(Step::Exchange);
                    found
                }

                #[track_caller]
                pub(crate) fn compare_exchange_weak(
                    &self,
                    from: $value,
                    to: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    let found = self.0.compare_exchange_weak(from, to, success, failure);
                    note(Step::Exchange);
                    found
                }
            }

            impl Deref for $atomic {
                type Target = lanes::sync::atomic::$atomic;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            impl DerefMut for $atomic {
                fn deref_mut(&mut self) -> &mut Self::Target {
                    &mut self.0
                }
            }
        )*};
    }

    noted! {
        AtomicBool: bool, false;
        AtomicU8: u8, 0;
        AtomicU32: u32, 0;
        AtomicU64: u64, 0;
        AtomicUsize: usize, 0;
    }
}

/// What to do while you wait.
pub(crate) mod hint {
    use super::watch::{Step, pause};

    #[track_caller]
    pub(crate) fn spin_loop() {
        if !pause(Step::Spin) {
            lanes::sync::hint::spin_loop();
        }
    }
}

/// Threads.
pub(crate) mod thread {
    use super::watch::{Step, pause};

    pub(crate) use lanes::sync::thread::*;

    #[track_caller]
    pub(crate) fn yield_now() {
        if !pause(Step::Yield) {
            lanes::sync::thread::yield_now();
        }
    }
}

/// How a thread waits, step by step.
///
/// Only one thread is there. What others would do, the test does between two of its steps: a schedule of its choice.
pub(crate) mod watch {
    use std::cell::RefCell;
    use std::mem::ManuallyDrop;

    use lanes::sync::atomic::{AtomicU32, Ordering};

    /// What a thread that waits can do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Step {
        /// A load that finds the lock taken: `true`, or anything but 0.
        SeesTaken,
        /// A load that finds it free.
        SeesFree,
        /// A read-modify-write, whether it changed anything or not.
        Exchange,
        /// One `spin_loop`.
        Spin,
        /// One `yield_now`.
        Yield,
    }

    /// What the others do, who see all that the thread has done.
    type Others = Box<dyn FnMut(&[Step])>;

    struct Watch {
        steps: Vec<Step>,
        others: Others,
        /// Time goes by: what makes one pause of a loop another than the last.
        pauses: AtomicU32,
    }

    thread_local! {
        /// Never dropped: what an execution leaves when it is broken off cannot be touched outside of it.
        static WATCH: RefCell<Option<ManuallyDrop<Watch>>> = const { RefCell::new(None) };
    }

    /// Ends what an execution has begun that was broken off.
    pub(crate) fn begin_anew() {
        WATCH.set(None);
    }

    /// Watches `wait`. After each of its steps `others` see all that it has done, and may do something themselves.
    pub(crate) fn watched<R>(others: impl FnMut(&[Step]) + 'static, wait: impl FnOnce() -> R) -> R {
        let pauses = AtomicU32::new(0);
        lanes::sync::name(&pauses, "pauses");
        let watch = Watch {
            steps: Vec::new(),
            others: Box::new(others),
            pauses,
        };
        WATCH.set(Some(ManuallyDrop::new(watch)));
        let result = wait();
        WATCH.set(None);
        result
    }

    /// Notes a step of the thread that is watched, if one is.
    pub(super) fn note(step: Step) {
        // What others do now is not noted.
        let Some(mut watch) = WATCH.take() else {
            return;
        };
        let Watch { steps, others, .. } = &mut *watch;
        steps.push(step);
        others(steps);
        WATCH.set(Some(watch));
    }

    /// Notes a pause, if a thread is watched. `spin_loop`s in a row are one.
    #[track_caller]
    pub(super) fn pause(step: Step) -> bool {
        let Some(watch) = WATCH.take() else {
            return false;
        };
        if step == Step::Yield || watch.steps.last() != Some(&step) {
            watch.pauses.fetch_add(1, Ordering::Relaxed);
        }
        WATCH.set(Some(watch));
        note(step);
        true
    }
}
