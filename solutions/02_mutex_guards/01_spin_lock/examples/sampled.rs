//! What a sampler of processor time sees of a thread that waits for a lock.

// ANCHOR: body
/// Two threads, `a` and `b`, on two processors. What does each run, in each 10 ms? Nothing, while it sleeps.
type Timeline<'a> = [[Option<&'a str>; 2]; 6];

fn main() {
    let held = [Some("a;work"), None]; // b waits for a's lock, and sleeps
    let spun = [Some("a;work"), Some("b;lock")]; // b waits for a's lock, and looks at it
    let then = [None, Some("b;work")]; // a is done

    let at_a_mutex = [held, held, held, then, then, then];
    let at_a_spin_lock = [spun, spun, spun, then, then, then];
    println!(
        "mutex {}, spin lock {}",
        share_of_lock(&at_a_mutex),
        share_of_lock(&at_a_spin_lock)
    );
}

/// Every 10 ms: who is on a processor?
fn share_of_lock(timeline: &Timeline<'_>) -> String {
    let samples: Vec<&str> = timeline.iter().flatten().copied().flatten().collect();
    let in_lock = samples
        .iter()
        .filter(|stack| stack.ends_with("lock"))
        .count();
    format!("{in_lock} of {}", samples.len())
}
// ANCHOR_END: body
