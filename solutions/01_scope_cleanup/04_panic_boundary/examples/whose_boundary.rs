//! A boundary around the spawner, and a panic in the thread that was spawned.

use std::panic::catch_unwind;
use std::thread;

fn main() {
    // ANCHOR: body
    let caught = catch_unwind(|| {
        let worker = thread::spawn(|| -> u32 { "twelve".parse().unwrap() });
        worker.join().is_ok()
    });
    match caught {
        Err(_) => println!("the boundary caught the panic"),
        Ok(false) => println!("the boundary caught nothing: the join returned an error"),
        Ok(true) => println!("the panic went unnoticed"),
    }
    // ANCHOR_END: body
}
