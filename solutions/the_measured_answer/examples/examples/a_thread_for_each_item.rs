//! A number from a thread through a channel with room for one, beside a number from a closure.

use measured_answer_examples::row;

fn main() {
    let ratio = row("05_lock_free_queues/stream", "std sync_channel, room for 1").ratio;
    println!(
        "{}",
        match ratio {
            ..50.0 => "some ten times",
            50.0..10_000.0 => "some hundred to some thousand times",
            _ => "more than ten thousand times",
        }
    );
}
