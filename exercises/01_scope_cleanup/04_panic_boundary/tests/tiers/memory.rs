//! How much memory is in use: what a test allocates and does not give back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that are allocated, on all threads of this process. Each test has a process of its own.
static IN_USE: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: `System` does it all; what is counted beside it allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: what the caller promises is what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above, and `System` has allocated the block.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Runs `round` so many times, and says by how many bytes the memory in use has grown.
pub(crate) fn growth(rounds: usize, mut round: impl FnMut(usize)) -> usize {
    round(0); // whatever is allocated once
    let before = IN_USE.load(Ordering::Relaxed);
    (0..rounds).for_each(&mut round);
    IN_USE.load(Ordering::Relaxed).saturating_sub(before)
}
