//! panic: a body that is still to be written, on a thread of the model.

use lanes::sync::thread;

fn push() {
    todo!("put the item in")
}

pub fn program() {
    thread::spawn(push).join().unwrap();
}
