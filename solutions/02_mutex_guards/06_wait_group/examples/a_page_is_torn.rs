//! Three tasks, one of which panics: what becomes of the one who waits?

use wait_group::WaitGroup;

// ANCHOR: body
fn main() {
    let group = WaitGroup::new();
    for page in 1..=3 {
        group.spawn(move || assert!(page != 2, "page {page} is torn"));
    }
    group.wait();
    println!("all done, {} pending", group.pending());
}
// ANCHOR_END: body
