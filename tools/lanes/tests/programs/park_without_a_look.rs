//! deadlock: an `unpark` is kept, but only one: two parks need two.

use lanes::sync::thread;

pub fn program() {
    let worker = thread::spawn(|| {
        thread::park();
        thread::park();
    });
    worker.thread().unpark();
    worker.thread().unpark();
    worker.join().unwrap();
}
