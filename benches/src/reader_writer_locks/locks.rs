//! The ways to let many read what some write.

use std::sync::{Mutex, RwLock};

use arc_swap::ArcSwap;
use crossbeam_utils::atomic::AtomicCell;
use crossbeam_utils::sync::ShardedLock;

use crate::ours::{rw_lock, seqlock, upgrade, writer_priority};

/// Four numbers, which are equal whenever no thread is writing.
pub type Numbers = [u64; 4];

/// Numbers that many read and some write.
pub trait Shared: Sync {
    /// All of them are 0.
    fn fresh() -> Self;
    /// Calls `look` with numbers that are all of the same write. They may be a copy.
    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T;
    /// Lets `change` change the numbers, one writer at a time.
    fn write(&self, change: impl Fn(&mut Numbers));
}

/// Puts a lock without poison behind [`Shared`].
macro_rules! impl_shared {
    ($lock:ty) => {
        impl $crate::reader_writer_locks::locks::Shared for $lock {
            fn fresh() -> Self {
                Self::new(Numbers::default())
            }

            fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
                look(&self.read())
            }

            fn write(&self, change: impl Fn(&mut Numbers)) {
                change(&mut self.write());
            }
        }
    };
}

impl_shared!(parking_lot::RwLock<Numbers>);
impl_shared!(rw_lock::RwLock<Numbers>);
impl_shared!(writer_priority::RwLock<Numbers>);
impl_shared!(upgrade::RwLock<Numbers>);
impl_shared!(seqlock::SeqLock<4>);

/// Puts a lock that remembers a panic behind [`Shared`].
macro_rules! impl_shared_with_poison {
    ($lock:ty) => {
        impl Shared for $lock {
            fn fresh() -> Self {
                Self::default()
            }

            fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
                look(&self.read().expect("no holder panics in here"))
            }

            fn write(&self, change: impl Fn(&mut Numbers)) {
                change(&mut self.write().expect("no holder panics in here"));
            }
        }
    };
}

impl_shared_with_poison!(RwLock<Numbers>);
impl_shared_with_poison!(ShardedLock<Numbers>);

impl Shared for Mutex<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.lock().expect("no holder panics in here"))
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        change(&mut self.lock().expect("no holder panics in here"));
    }
}

/// A snapshot for each reader; a writer makes a new one, and tries again if another writer was faster.
impl Shared for ArcSwap<Numbers> {
    fn fresh() -> Self {
        Self::from_pointee(Numbers::default())
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.load())
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        self.rcu(|numbers| {
            let mut numbers = **numbers;
            change(&mut numbers);
            numbers
        });
    }
}

/// Crossbeam keeps what is too large for an atomic behind a sequence number, as a seqlock does. There is a crate
/// `seqlock`, too. It is not here because an exercise has that name, and `cargo test -p seqlock` has to mean the exercise.
impl Shared for AtomicCell<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.load())
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        let changed = self.fetch_update(|mut numbers| {
            change(&mut numbers);
            Some(numbers)
        });
        changed.expect("it is always changed");
    }
}
