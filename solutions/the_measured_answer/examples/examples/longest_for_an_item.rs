//! Which of four queues takes longest for an item, when no other thread is there.

use measured_answer_examples::row;

fn main() {
    let queues = [
        "ArrayQueue",
        "std sync_channel",
        "Mutex<VecDeque>",
        "ms_queue",
    ];
    let longest = queues
        .into_iter()
        .max_by(|a, b| time(a).total_cmp(&time(b)))
        .unwrap_or_default();
    println!("{longest}");
}

fn time(queue: &str) -> f64 {
    row("05_lock_free_queues/one_thread", queue).median
}
