//! Types that let two threads share a value, and one that only says so.

use std::sync::Arc;

use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;
use lanes::{Layout, Style};

// ANCHOR: body
struct Anyone {
    name: UnsafeCell<u32>,
}

// SAFETY: none. Nothing keeps two threads from being in `set` at once.
unsafe impl Sync for Anyone {}

impl Anyone {
    fn set(&self, name: u32) {
        // SAFETY: none, for the same reason.
        self.name.with_mut(|place| unsafe { *place = name });
    }
}
// ANCHOR_END: body

/// As wide as a page.
const STYLE: Style = Style {
    width: 80,
    colour: false,
    layout: Layout::Table,
};

fn main() {
    let report = lanes::explore(|| {
        let shared = Arc::new(Anyone {
            name: UnsafeCell::new(0),
        });
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.set(1)
        });
        shared.set(2);
        other.join().unwrap();
    })
    .expect_err("two threads are inside at once");
    print!("{}", report.table(STYLE));
}
