//! A sum by two threads that borrow what they add up.

// ANCHOR: body
use std::thread;

fn main() {
    let visits = [31, 4, 15, 9, 26, 5];
    let (morning, evening) = visits.split_at(3);
    let (a, b) = thread::scope(|scope| {
        let a = scope.spawn(|| morning.iter().sum::<u32>());
        let b = scope.spawn(|| evening.iter().sum::<u32>());
        (a.join().unwrap(), b.join().unwrap())
    });
    println!("{a} and {b}, of {}", visits.len());
}
// ANCHOR_END: body
