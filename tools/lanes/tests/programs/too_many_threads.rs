//! too many threads: a model has five at most, the one that begins it included.

use lanes::sync::thread;

pub fn program() {
    let threads = [(); 5].map(|()| thread::spawn(|| ()));
    for thread in threads {
        thread.join().unwrap();
    }
}
