//! The ways to let many read what some write.

use std::sync::{Mutex, RwLock};

use arc_swap::ArcSwap;
use crossbeam_utils::sync::ShardedLock;
use our_seqlock::SeqLock;

/// Four numbers, which are equal whenever nobody is writing.
pub(crate) type Numbers = [u64; 4];

/// Numbers that many read and some write.
pub(crate) trait Shared: Sync {
    fn fresh() -> Self;
    /// Calls `look` with numbers that are all of the same write. They may be a copy.
    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T;
    /// Lets `change` change the numbers, one writer at a time.
    fn write(&self, change: impl Fn(&mut Numbers));
}

impl Shared for Mutex<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.lock().expect("nobody panics in here"))
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        change(&mut self.lock().expect("nobody panics in here"));
    }
}

impl Shared for RwLock<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.read().expect("nobody panics in here"))
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        change(&mut self.write().expect("nobody panics in here"));
    }
}

impl Shared for ShardedLock<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.read().expect("nobody panics in here"))
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        change(&mut self.write().expect("nobody panics in here"));
    }
}

impl Shared for parking_lot::RwLock<Numbers> {
    fn fresh() -> Self {
        Self::default()
    }

    fn read<T>(&self, look: impl Fn(&Numbers) -> T) -> T {
        look(&self.read())
    }

    fn write(&self, change: impl Fn(&mut Numbers)) {
        change(&mut self.write());
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

impl Shared for SeqLock<4> {
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

impl Shared for our_rw_lock::RwLock<Numbers> {
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

impl Shared for our_writer_priority::RwLock<Numbers> {
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

impl Shared for our_upgrade::RwLock<Numbers> {
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

/// What you wrote in the exercises.
#[cfg(feature = "mine")]
mod mine {
    use super::{Numbers, Shared};

    impl Shared for my_rw_lock::RwLock<Numbers> {
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

    impl Shared for my_writer_priority::RwLock<Numbers> {
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

    impl Shared for my_seqlock::SeqLock<4> {
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

    impl Shared for my_upgrade::RwLock<Numbers> {
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
}
