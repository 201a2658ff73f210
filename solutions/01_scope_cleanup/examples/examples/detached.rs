//! When `main` returns, the other threads do not.

use std::sync::mpsc;
use std::thread;

use scope_cleanup_examples::Noisy;

// ANCHOR: body
fn main() {
    let _in_main = Noisy("in main");
    let (ready, is_ready) = mpsc::channel();
    thread::spawn(move || {
        let _guard = Noisy("in the thread");
        ready.send(()).expect("main waits for it");
        loop {
            thread::park();
        }
    });
    is_ready.recv().expect("the thread is ready");
    println!("last line");
}
// ANCHOR_END: body
