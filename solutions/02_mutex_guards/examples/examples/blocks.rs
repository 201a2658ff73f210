//! Seven blocks that look into a queue. Prints those that run with the queue locked.

use std::sync::Mutex;

use mutex_guards_examples::state;

/// The last of these ends a loop.
fn queue() -> Mutex<Vec<u32>> {
    Mutex::new(vec![1])
}

fn run(block: &str, queue: &Mutex<Vec<u32>>) {
    if state(queue) == "locked" {
        println!("{block}");
    }
}

fn main() {
    // ANCHOR: blocks
    let q = queue();
    if q.lock().unwrap().pop() == Some(1) {
        run("if", &q);
    }

    let q = queue();
    if let Some(_job) = q.lock().unwrap().pop() {
        run("if let", &q);
    }

    let q = queue();
    match q.lock().unwrap().pop() {
        Some(_job) => run("match", &q),
        None => unreachable!(),
    }

    let q = queue();
    while q.lock().unwrap().pop().is_some() {
        run("while", &q);
    }

    let q = queue();
    while let Some(_job) = q.lock().unwrap().pop() {
        run("while let", &q);
    }

    let q = queue();
    for _job in q.lock().unwrap().iter() {
        run("for", &q);
    }

    let q = queue();
    let job = q.lock().unwrap().pop();
    if let Some(_job) = job {
        run("let, then if let", &q);
    }
    // ANCHOR_END: blocks
}
