//! A limit: a lost update that the model cannot see, because the counter is one of `std`'s.
//!
//! The model explores every order of the steps that it knows. It does not know of the counter's.

use std::sync::Arc;
use std::sync::atomic::AtomicU32 as StdAtomicU32;

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};
use lanes::sync::thread;

struct Hits {
    /// Explored.
    visits: AtomicU32,
    /// Not explored: a load and a store of it are one step to the model.
    hits: StdAtomicU32,
}

impl Hits {
    fn hit(&self) {
        self.visits.fetch_add(1, SeqCst);
        let old = self.hits.load(SeqCst);
        // Another thread fits in here. In the model none does.
        self.hits.store(old + 1, SeqCst);
    }
}

fn main() {
    let pass = lanes::explore(|| {
        let hits = Arc::new(Hits {
            visits: AtomicU32::new(0),
            hits: StdAtomicU32::new(0),
        });
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || hits.hit()
        });
        hits.hit();
        other.join().unwrap();
        assert_eq!(hits.hits.load(SeqCst), 2, "an update is lost");
    })
    .expect("the model does not see it");
    println!(
        "all {} states pass, and the program loses updates",
        pass.states()
    );
}
