//! Safe code that never drops a value.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use scope_cleanup_examples::Noisy;

// ANCHOR: body
struct Node {
    _guard: Noisy,
    next: RefCell<Option<Rc<Node>>>,
}

fn main() {
    mem::forget(Noisy("forgotten"));

    let node = Rc::new(Node {
        _guard: Noisy("in a cycle"),
        next: RefCell::new(None),
    });
    *node.next.borrow_mut() = Some(Rc::clone(&node));

    let _leaked: &'static Noisy = Box::leak(Box::new(Noisy("leaked")));

    let _dropped = Noisy("dropped");
}
// ANCHOR_END: body
