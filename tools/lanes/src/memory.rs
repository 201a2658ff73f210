//! How much memory is in use: what a test allocates and does not give back.
//!
//! A test binary that asks has to say who allocates, once:
//!
//! ```
//! #[global_allocator]
//! static COUNTING: lanes::memory::Counting = lanes::memory::Counting;
//!
//! let mut kept = Vec::new();
//! let grown = lanes::memory::growth(10, |round| kept.push(Box::new([round; 100])));
//! assert!(grown >= 10 * 100 * size_of::<usize>());
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that are allocated, on all threads of this process. Each test has a process of its own.
static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which counts what it has given out.
#[derive(Debug)]
pub struct Counting;

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

/// Runs `round` so many times, and says by how many bytes the memory in use has grown, on all threads of the process. Zero if
/// [`Counting`] is not its allocator.
pub fn growth(rounds: usize, mut round: impl FnMut(usize)) -> usize {
    round(0); // whatever is allocated once
    let before = IN_USE.load(Ordering::Relaxed);
    (0..rounds).for_each(&mut round);
    IN_USE.load(Ordering::Relaxed).saturating_sub(before)
}
