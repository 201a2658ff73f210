//! How often the two ends of a ring load each other's positions, counted in the real source.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The loads so far.
static LOADS: AtomicU32 = AtomicU32::new(0);

/// What the source of the ring calls `crate::sync`: an atomic that counts its loads, and the rest as it is.
mod sync {
    pub(crate) use lanes_std::sync::{cell, tracked};

    pub(crate) mod atomic {
        use std::sync::atomic::AtomicUsize as Inner;
        pub(crate) use std::sync::atomic::Ordering;

        pub(crate) struct AtomicUsize(Inner);

        impl AtomicUsize {
            pub(crate) fn new(value: usize) -> Self {
                Self(Inner::new(value))
            }

            pub(crate) fn load(&self, order: Ordering) -> usize {
                crate::LOADS.fetch_add(1, Ordering::Relaxed);
                self.0.load(order)
            }

            pub(crate) fn store(&self, value: usize, order: Ordering) {
                self.0.store(value, order);
            }

            pub(crate) fn get_mut(&mut self) -> &mut usize {
                self.0.get_mut()
            }
        }
    }
}

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!("../src/spsc_ring.rs");
}
use source::ring;

fn main() {
    // ANCHOR: body
    let (mut producer, mut consumer) = ring(100);
    for _ in 0..10 {
        for n in 0..100 {
            producer.try_push(n).expect("there is room for a hundred");
        }
        for n in 0..100 {
            assert_eq!(consumer.try_pop(), Some(n));
        }
    }
    // ANCHOR_END: body
    println!("{}", LOADS.load(Relaxed));
}
