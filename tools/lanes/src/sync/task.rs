//! Futures, and what wakes them: `std`'s, and a small executor.

use std::future::Future;
use std::panic::Location;
use std::pin::pin;
use std::sync::Arc;

pub use std::task::{Context, Poll, Wake, Waker};

use super::quiet::Flag;
use super::thread::{self, Thread};
use crate::step::Site;

/// Runs a future on this thread, which sleeps while the future waits.
///
/// Between two polls the thread is parked, and a waker unparks it. So `unpark` is how a report shows a `wake`, in the line that calls
/// this function. The future is polled when it is woken, and not for no reason.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let site = Location::caller();
    let unparks = Arc::new(Unparks {
        thread: thread::current(),
        is_woken: Flag::new(),
        site,
    });
    let waker = Waker::from(Arc::clone(&unparks));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => {
                while !unparks.is_woken.take() {
                    thread::park_at(site);
                }
            }
        }
    }
}

struct Unparks {
    thread: Thread,
    is_woken: Flag,
    site: Site,
}

impl Wake for Unparks {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.raise();
        self.thread.unpark_at(self.site);
    }
}
