//! Chapter 5: what does it cost to hand something over, or to give it back?
//!
//! ```text
//! cargo bench -p benches --bench 05_lock_free_queues                  # six minutes
//! cargo bench -p benches --bench 05_lock_free_queues -- one_to_one    # one group
//! cargo bench -p benches --bench 05_lock_free_queues --features mine  # with your own queues beside the others
//! ```
//!
//! In the groups of queues the time is per item that has gone through, whichever thread moved it. A thread that finds no
//! room or no item waits in the same way, whatever the queue: it looks again, and after some looks lets another thread
//! run. After its rounds each row shows that what came out is what went in.
//!
//! How much memory the generators take is counted elsewhere: `cargo run --release -p bench-counts --bin memory`.

mod generators;
mod hand_over;
mod pools;

use std::time::Duration;

use bench_kit::Elsewhere;

fn main() {
    // Many rows, and none that takes long: a third of the usual time is enough for each.
    let mut criterion = bench_kit::criterion()
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
