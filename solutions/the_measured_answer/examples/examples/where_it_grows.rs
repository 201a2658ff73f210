//! Where the ratio of guard and hand is off by more than a tenth.

use measured_answer_examples::row;

fn main() {
    let rows = [
        (
            "a hundred locks, held at once",
            "guards",
            "parking_lot Mutex by guard, 100 guards",
        ),
        (
            "a hundred closures, kept in a list",
            "guards",
            "closure by guard, 100 guards",
        ),
        (
            "four threads at one lock, on two processors",
            "threads",
            "std Mutex by guard, 4 threads",
        ),
        ("50,000 tasks", "tasks", "Rust by guard, 50000 tasks"),
    ];
    for (what, figure, name) in rows {
        let ratio = row(&format!("the_measured_answer/{figure}"), name).ratio;
        if !(0.9..1.1).contains(&ratio) {
            println!("{what}");
        }
    }
}
