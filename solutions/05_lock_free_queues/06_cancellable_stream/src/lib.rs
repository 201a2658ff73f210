//! An iterator whose items come from a thread, which it joins on drop.

#![forbid(unsafe_code)] // Nothing here needs it.

use lanes_std::sync;

mod cancellable_stream;
pub use cancellable_stream::{Cancelled, Canceller, Emitter, Stopped, Stream};
