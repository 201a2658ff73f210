//! A ring of one slot, between one producer and one consumer.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

#[derive(Default)]
struct Ring {
    taken: AtomicUsize,
    put: AtomicUsize,
    slot: UnsafeCell<usize>,
}

// SAFETY: the slot belongs to the producer while it is empty, to the consumer while it is full.
unsafe impl Sync for Ring {}
// SAFETY: a number may move between threads.
unsafe impl Send for Ring {}

pub(crate) fn program() {
    let ring = Arc::new(Ring::default());
    let producer = thread::spawn({
        let ring = Arc::clone(&ring);
        move || {
            for item in 1..=2 {
                while item - ring.taken.load(Ordering::Acquire) > 1 {
                    hint::spin_loop();
                }
                // SAFETY: empty.
                ring.slot.with_mut(|slot| unsafe { *slot = item });
                ring.put.store(item, Ordering::Release);
            }
        }
    });
    for item in 1..=2 {
        while ring.put.load(Ordering::Acquire) < item {
            hint::spin_loop();
        }
        // SAFETY: full.
        assert_eq!(ring.slot.with(|slot| unsafe { *slot }), item);
        ring.taken.store(item, Ordering::Release);
    }
    producer.join().unwrap();
}
