//! Which of these types the compiler lets another thread have: those that are `Send`.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Arc, MutexGuard};

use impls::impls;

fn main() {
    let all = [
        ("Rc<u32>", impls!(Rc<u32>: Send)),
        ("Arc<u32>", impls!(Arc<u32>: Send)),
        ("Cell<u32>", impls!(Cell<u32>: Send)),
        ("&Cell<u32>", impls!(&'static Cell<u32>: Send)),
        ("MutexGuard<u32>", impls!(MutexGuard<'static, u32>: Send)),
    ];
    for (name, _) in all.iter().filter(|(_, may)| *may) {
        println!("{name}");
    }
}
