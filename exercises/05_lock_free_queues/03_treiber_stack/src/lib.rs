//! A stack without a lock, whose nodes are freed when nobody looks at them any more.

use lanes_std::sync;

mod treiber_stack;
pub use treiber_stack::TreiberStack;
