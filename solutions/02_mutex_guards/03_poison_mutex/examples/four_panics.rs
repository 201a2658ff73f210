//! Four panics near a critical section. Which of them poison?

use std::panic::{self, catch_unwind};

use poison_mutex::PoisonMutex;

/// Runs a closure when it is dropped.
struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn main() {
    panic::set_hook(Box::new(|_| {})); // no message for each of the four
    let [a, b, c, d] = [0, 0, 0, 0].map(PoisonMutex::new);

    // ANCHOR: body
    let _ = catch_unwind(|| {
        let _guard = a.lock();
        panic!();
    });

    let _ = catch_unwind(|| {
        drop(b.lock());
        panic!();
    });

    let _ = catch_unwind(|| {
        let _on_drop = OnDrop(|| {
            let _guard = c.lock();
        });
        panic!();
    });

    let guard = d.lock();
    let _ = catch_unwind(|| panic!());
    drop(guard);
    // ANCHOR_END: body

    let poisoned: Vec<&str> = [("a", a), ("b", b), ("c", c), ("d", d)]
        .into_iter()
        .filter_map(|(name, mutex)| mutex.is_poisoned().then_some(name))
        .collect();
    println!("{}", poisoned.join(", "));
}
