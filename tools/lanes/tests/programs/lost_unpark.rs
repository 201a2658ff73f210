//! One unpark for two parks.

use lanes::sync::thread;

pub(crate) fn program() {
    let main = thread::current();
    let other = thread::Builder::new()
        .name(String::from("waker"))
        .spawn(move || main.unpark())
        .unwrap();
    thread::park();
    thread::park();
    other.join().unwrap();
}
