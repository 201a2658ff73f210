//! Guards without a name that live shorter than their statement, and one that lives longer.

use std::sync::Mutex;

use mutex_guards_examples::state;

fn main() {
    let queue = Mutex::new(vec![3, 1, 2]);

    // ANCHOR: exceptions
    let free = !queue.lock().unwrap().is_empty() && state(&queue) == "free";
    println!(
        "on the right of `&&`: {}",
        if free { "free" } else { "locked" }
    );

    match 0 {
        _ if !queue.lock().unwrap().is_empty() => {
            println!("after a match guard: {}", state(&queue))
        }
        _ => unreachable!(),
    }

    let jobs = &mut *queue.lock().unwrap();
    println!("after a `let` that borrows: {}", state(&queue));
    jobs.push(4);
    // ANCHOR_END: exceptions
}
