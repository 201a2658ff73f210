//! What a `move` closure takes along: what it uses. `let _ =` is no use.

use wait_group::WaitGroup;

fn main() {
    let group = WaitGroup::new();

    let task = group.add();
    let named = move || {
        let _task = task;
    };
    println!(
        "`let _task = task` in the closure: {} pending",
        group.pending()
    );
    drop(named);

    let left_behind;
    {
        let task = group.add();
        left_behind = move || {
            let _ = task;
        };
    }
    println!("`let _ = task` in the closure: {} pending", group.pending());
    left_behind();
}
