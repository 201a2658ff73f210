//! What goes when: the value with its last owner, the memory with the last reference of any kind.

use arc::Arc;

struct Value;

impl Drop for Value {
    fn drop(&mut self) {
        println!("the value is dropped");
    }
}

fn main() {
    // ANCHOR: body
    let owner = Arc::new(Value);
    let watcher = Arc::downgrade(&owner);
    let second = watcher.upgrade();
    drop(owner);
    println!("the first owner has gone");
    drop(second);
    println!("the second owner has gone");
    println!("upgrade: {}", watcher.upgrade().is_some());
    // ANCHOR_END: body
}
