//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which waiting is
/// noticed, and who looks into a cell that was freed.
#[allow(
    dead_code,
    reason = "which ways into a cell are used is yours to choose"
)]
mod sync {
    pub(crate) use lanes::waits::*;

    /// Cells that know when they are gone.
    pub(crate) mod cell {
        use std::sync::atomic::{AtomicBool, Ordering};

        pub(crate) struct UnsafeCell<T> {
            /// Empty only while it is taken apart.
            cell: Option<lanes::sync::cell::UnsafeCell<T>>,
            /// Outlives the cell. What is freed in a model is not used again before the execution ends, so that whoever looks
            /// too late still finds the way here.
            is_gone: &'static AtomicBool,
        }

        impl<T> UnsafeCell<T> {
            #[track_caller]
            pub(crate) fn new(value: T) -> Self {
                Self {
                    cell: Some(lanes::sync::cell::UnsafeCell::new(value)),
                    is_gone: Box::leak(Box::new(AtomicBool::new(false))),
                }
            }

            pub(crate) fn into_inner(mut self) -> T {
                self.cell.take().expect("it is whole").into_inner()
            }

            pub(crate) fn get_mut(&mut self) -> &mut T {
                self.cell.as_mut().expect("it is whole").get_mut()
            }

            #[track_caller]
            pub(crate) fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
                self.look().with(access)
            }

            #[track_caller]
            pub(crate) fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
                self.look().with_mut(access)
            }

            fn look(&self) -> &lanes::sync::cell::UnsafeCell<T> {
                assert!(
                    !self.is_gone.load(Ordering::Relaxed),
                    "somebody looks into a node that was freed: until when does your guard keep it?"
                );
                self.cell.as_ref().expect("it is whole")
            }
        }

        impl<T> Drop for UnsafeCell<T> {
            fn drop(&mut self) {
                self.is_gone.store(true, Ordering::Relaxed);
            }
        }
    }
}
