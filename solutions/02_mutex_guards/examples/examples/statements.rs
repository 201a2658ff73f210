//! A guard without a name lives to the end of its statement.

use std::sync::Mutex;

use mutex_guards_examples::state;

fn main() {
    let queue = Mutex::new(vec![3, 1, 2]);

    // ANCHOR: chain
    queue.lock().unwrap().push(4);
    println!("after a method chain: {}", state(&queue));

    let longest = queue.lock().unwrap().iter().max().copied();
    println!("after a `let` that copies: {}", state(&queue));

    println!(
        "in the arguments of a call: {} jobs, and the lock is {}",
        queue.lock().unwrap().len(),
        state(&queue)
    );
    // ANCHOR_END: chain
    assert_eq!(longest, Some(4));
}
