//! Chapter 5: what does it cost to hand something over, or to give it back?
//!
//! ```text
//! cargo bench -p benches --bench 05_lock_free_queues                  # six minutes
//! cargo bench -p benches --bench 05_lock_free_queues -- one_to_one    # one group
//! cargo bench -p benches --bench 05_lock_free_queues --features mine  # with your own queues beside the others
//! ```
//!
//! In the groups of queues the time is per item that has gone through, whoever moved it. Whoever finds no room or no item
//! waits in the same way, whatever the queue: it looks again, and after some looks lets another thread run. After its
//! rounds each row shows that what came out is what went in.
//!
//! How much memory the generators take is counted elsewhere: `cargo run --release -p benches --bin memory`.

#[path = "05_lock_free_queues/generators.rs"]
mod generators;
#[path = "05_lock_free_queues/hand_over.rs"]
mod hand_over;
#[path = "05_lock_free_queues/pools.rs"]
mod pools;
#[path = "05_lock_free_queues/queues.rs"]
mod queues;

use std::time::Duration;

use benches::Elsewhere;

fn main() {
    // Many rows, and none that takes long: a third of the usual time is enough for each.
    let mut criterion = benches::criterion()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    hand_over::one_thread(&mut criterion);
    hand_over::one_to_one(&mut criterion);
    hand_over::many_to_many(&mut criterion);
    hand_over::payload(&mut criterion);
    pools::borrow(&mut criterion);
    let go = Elsewhere::go("05_lock_free_queues");
    generators::stream(&mut criterion, go.as_ref());
    generators::first_ten(&mut criterion, go.as_ref());
    criterion.final_summary();
}
