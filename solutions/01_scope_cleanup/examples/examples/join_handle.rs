//! What becomes of a thread whose handle is dropped, and of one in a scope.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

// ANCHOR: body
fn main() {
    let (questions, asked) = mpsc::channel::<&str>();
    let (answer, answers) = mpsc::channel();
    let handle = thread::spawn(move || {
        for question in asked {
            answer.send(format!("{question} yes")).expect("main waits");
        }
    });
    drop(handle);
    questions.send("still there?").expect("the thread listens");
    println!("{}", answers.recv().expect("the thread answers"));

    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| done.store(true, Ordering::Relaxed));
    });
    // Relaxed: the scope has joined the thread.
    println!("done after the scope: {}", done.load(Ordering::Relaxed));
}
// ANCHOR_END: body
