//! A temporary file that is kept if everything went well, and deleted otherwise.

use std::cell::RefCell;
use std::collections::BTreeSet;

use scope_guard::ScopeGuard;

/// The names of the files in a folder.
type Folder = RefCell<BTreeSet<String>>;

// ANCHOR: upload
fn upload(folder: &Folder, name: &str, body: Option<&str>) -> Option<usize> {
    let part = format!("{name}.part");
    folder.borrow_mut().insert(part.clone());
    let part = ScopeGuard::new(part, |part| {
        folder.borrow_mut().remove(&part);
    });

    let length = body?.len(); // the connection broke: no body
    println!("  {length} bytes into {}", *part);

    let part = ScopeGuard::into_inner(part); // no way back from here
    folder.borrow_mut().remove(&part);
    folder.borrow_mut().insert(name.to_owned());
    Some(length)
}
// ANCHOR_END: upload

fn main() {
    let folder = Folder::default();
    for (name, body) in [("cat.jpg", Some("meow")), ("dog.jpg", None)] {
        println!("{name}");
        upload(&folder, name, body);
        println!("  {:?}", folder.borrow());
    }
}
