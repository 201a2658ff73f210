//! A tree of cancellation tokens, with deadlines, timed waits, and a guard that cancels.

use lanes_std::sync;

mod cancel_token;
pub use cancel_token::{CancelToken, DropGuard, Reason};
