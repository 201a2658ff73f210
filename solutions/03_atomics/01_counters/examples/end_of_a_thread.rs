//! A tally in a `thread_local!` is told when the thread ends, which is later than when its scope does.

use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// The destructor waits until it may go on, so that the order of what is printed is no accident.
static MAY_GO_ON: Mutex<Option<(Receiver<()>, Sender<()>)>> = Mutex::new(None);

// ANCHOR: body
struct Tally(u64);

impl Drop for Tally {
    fn drop(&mut self) {
        let gate = MAY_GO_ON.lock().unwrap().take();
        let (may_go_on, told) = gate.expect("one thread has a tally");
        may_go_on.recv().unwrap();
        COUNT.fetch_add(self.0, Ordering::Relaxed);
        told.send(()).unwrap();
    }
}

thread_local! {
    static TALLY: RefCell<Tally> = const { RefCell::new(Tally(0)) };
}

fn main() {
    let (go_on, may_go_on) = channel();
    let (told, was_told) = channel();
    *MAY_GO_ON.lock().unwrap() = Some((may_go_on, told));

    thread::scope(|scope| {
        scope.spawn(|| TALLY.with_borrow_mut(|tally| tally.0 += 1));
    });
    println!("the scope is over: {}", COUNT.load(Ordering::Relaxed));

    go_on.send(()).unwrap();
    was_told.recv().unwrap();
    println!("the thread is over: {}", COUNT.load(Ordering::Relaxed));
}
// ANCHOR_END: body
