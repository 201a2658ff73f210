//! What we have built, beside what one would use instead, with one thread: how much of ours takes more than a tenth longer.

use measured_answer_examples::row;

fn main() {
    let pairs = [
        ("locks", "spin_lock, 1 thread"),
        ("locks", "raw_lock, 1 thread"),
        ("locks", "poison_mutex, 1 thread"),
        ("locks", "rw_lock, 1 thread"),
        ("locks", "writer_priority, 1 thread"),
        ("locks", "seqlock, 1 thread"),
        ("locks", "upgrade, 1 thread"),
        ("sharing", "scope_guard"),
        ("sharing", "one_shot: made, sent, received"),
        ("sharing", "arc: clone, drop, 1 thread"),
        ("sharing", "arc: upgrade, drop, 1 thread"),
        ("sharing", "once_lock, 1 thread"),
        ("sharing", "counters: AtomicCounter, 1 thread"),
        ("sharing", "counters: ShardedCounter, 1 thread"),
        ("sharing", "wait_group, 1 thread"),
        ("sharing", "token_bucket, 1 thread"),
        ("sharing", "cancel_token: is it cancelled?, 1 thread"),
        ("sharing", "cancel_token: a child, dropped, 1 thread"),
        ("sharing", "object_pool, 1 thread"),
        ("queues", "spsc_ring, one thread"),
        ("queues", "mpmc_ring, one thread"),
        ("queues", "ms_queue, one thread"),
        ("queues", "treiber_stack, one thread"),
    ];
    let ratios = pairs.map(|(figure, name)| {
        let figure = format!("the_measured_answer/ours_and_theirs_{figure}");
        row(&figure, name).ratio
    });
    let slower = ratios.iter().filter(|&&ratio| ratio > 1.1).count();
    let faster = ratios.iter().filter(|&&ratio| ratio < 0.9).count();
    println!("faster: {faster}");
    println!("{slower} of {}", pairs.len());
}
