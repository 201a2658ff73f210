//! Buffers that are used again, or made each time.

use std::hint::black_box;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bench_kit::{OwnLine, competing, together};
use crossbeam_queue::ArrayQueue;

use crate::ours::object_pool;

/// Buffers in a pool: more than there are threads, so that none is ever missing.
pub(crate) const BUFFERS: usize = 16;

/// A buffer to read into. What is in it before does not matter, but something has to be: the allocator's zeros.
pub type Buffer = Box<[u8]>;

#[inline]
pub(crate) fn make(size: usize) -> Buffer {
    vec![0; black_box(size)].into_boxed_slice()
}

/// The time in which each of so many threads borrows a buffer and reads a few bytes into it, `rounds` times,
/// [per thread](bench_kit::crowded).
///
/// # Panics
///
/// Panics if a buffer has not come back.
pub fn borrowed<S: Source>(threads: u32, rounds: u64, size: usize) -> Duration {
    let batch = || {
        let OwnLine(source) = &OwnLine(S::fresh(size));
        let span = together(threads as usize, || {
            for _ in 0..rounds {
                source.lend(|buffer| {
                    buffer[..6].copy_from_slice(b"200 OK");
                    black_box(buffer);
                });
            }
        });
        source.check();
        span
    };
    competing(threads, batch) / threads
}

/// Where a buffer comes from, and goes back to.
pub trait Source: Sync {
    /// Buffers of this size.
    fn fresh(size: usize) -> Self;
    /// Calls `work` with a buffer.
    fn lend(&self, work: impl FnOnce(&mut Buffer));
    /// Panics if a buffer has not come back.
    fn check(&self) {}
}

/// From the allocator each time.
pub struct Made(usize);

impl Source for Made {
    fn fresh(size: usize) -> Self {
        Self(size)
    }

    fn lend(&self, work: impl FnOnce(&mut Buffer)) {
        work(&mut make(self.0));
    }
}

/// Popped and pushed by hand: lost if `work` panics.
pub struct ByHand(ArrayQueue<Buffer>);

impl Source for ByHand {
    fn fresh(size: usize) -> Self {
        let buffers = ArrayQueue::new(BUFFERS);
        for _ in 0..BUFFERS {
            buffers.push(make(size)).expect("there is room for all");
        }
        Self(buffers)
    }

    fn lend(&self, work: impl FnOnce(&mut Buffer)) {
        let mut buffer = self.0.pop().expect("there are more than threads");
        work(&mut buffer);
        self.0.push(buffer).expect("it came from here");
    }

    fn check(&self) {
        assert_eq!(self.0.len(), BUFFERS, "buffers that have come back");
    }
}

/// The same queue, and a guard that pushes.
pub struct ByGuard(ByHand);

struct Guard<'a> {
    home: &'a ArrayQueue<Buffer>,
    buffer: Buffer,
}

impl Deref for Guard<'_> {
    type Target = Buffer;

    fn deref(&self) -> &Buffer {
        &self.buffer
    }
}

impl DerefMut for Guard<'_> {
    fn deref_mut(&mut self) -> &mut Buffer {
        &mut self.buffer
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        self.home.push(buffer).expect("it came from here");
    }
}

impl Source for ByGuard {
    fn fresh(size: usize) -> Self {
        Self(ByHand::fresh(size))
    }

    fn lend(&self, work: impl FnOnce(&mut Buffer)) {
        let home = &self.0.0;
        let mut guard = Guard {
            home,
            buffer: home.pop().expect("there are more than threads"),
        };
        work(&mut guard);
    }

    fn check(&self) {
        self.0.check();
    }
}

impl Source for Mutex<Vec<Buffer>> {
    fn fresh(size: usize) -> Self {
        Self::new((0..BUFFERS).map(|_| make(size)).collect())
    }

    fn lend(&self, work: impl FnOnce(&mut Buffer)) {
        let lock = || self.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = lock().pop().expect("there are more than threads");
        work(&mut buffer);
        lock().push(buffer);
    }

    fn check(&self) {
        let buffers = self.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(buffers.len(), BUFFERS, "buffers that have come back");
    }
}

/// Puts such a pool behind [`Source`].
macro_rules! impl_pool {
    ($pool:ty) => {
        impl $crate::lock_free_queues::pools::Source for $pool {
            fn fresh(size: usize) -> Self {
                use $crate::lock_free_queues::pools::{BUFFERS, make};

                let pool = Self::new(BUFFERS, move || make(size), |_| ());
                let all: Vec<_> = (0..BUFFERS).map(|_| pool.try_take()).collect();
                drop(all); // Made once, as in the others.
                pool
            }

            fn lend(&self, work: impl FnOnce(&mut Buffer)) {
                work(&mut self.try_take().expect("there are more than threads"));
            }

            fn check(&self) {
                let buffers = $crate::lock_free_queues::pools::BUFFERS;
                assert_eq!(self.available(), buffers, "buffers that have come back");
            }
        }
    };
}

impl_pool!(object_pool::Pool<Buffer>);
