//! A log of sixty thousand lines, pushed while the pump is asleep: how much is left for it to do?

use informer_store::InformerStore;

#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../../../../exercises/04_reader_writer_locks/05_informer_store/tests/tiers/log.rs"]
mod log;

fn main() {
    // ANCHOR: body
    let (log, truth) = log::record(4, 60_000);
    let (store, pump) = InformerStore::new();
    for line in log {
        if !line.lost {
            store.push(line.change).unwrap();
        }
    }
    let steps = store.pending();
    store.close();
    pump.run();
    let index = store.snapshot();
    let is_right = index.iter().map(AsRef::as_ref).eq(truth.values());
    println!("{steps} steps, and the index is right: {is_right}");
    // ANCHOR_END: body
}
