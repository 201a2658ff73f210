//! What edition 2024 has changed: `else` after an `if let`, and the last expression of a function. This file is an
//! example of two packages, which differ in their edition.

use std::sync::Mutex;

use mutex_guards_examples::state;

// ANCHOR: body
fn look(queue: &Mutex<Vec<u32>>) {
    if let Some(job) = queue.lock().unwrap().pop() {
        println!("if let, found {job}: {}", state(queue));
    } else {
        println!("if let, else: {}", state(queue));
    }
}

struct AtTheEnd<'a>(&'a Mutex<Vec<u32>>);

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        println!("when the locals are dropped: {}", state(self.0));
    }
}

fn len(queue: &Mutex<Vec<u32>>) -> usize {
    let _local = AtTheEnd(queue);
    queue.lock().unwrap().len()
}
// ANCHOR_END: body

pub(crate) fn main() {
    let queue = Mutex::new(vec![7]);
    look(&queue);
    look(&queue);
    len(&queue);
}
