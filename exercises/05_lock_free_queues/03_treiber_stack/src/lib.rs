//! A lock-free stack, whose nodes are reclaimed when no thread can reach them.

use lanes_std::sync;

mod treiber_stack;
pub use treiber_stack::TreiberStack;
