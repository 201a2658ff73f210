//! Which ways of cleaning up take more than ten times as long as the same by hand, in four languages.

use measured_answer_examples::row;

fn main() {
    let rows = [
        ("Go: a defer that unlocks", "Go: lock, defer"),
        ("Go: a defer in a loop", "Go: loop, defer"),
        ("Java: finally", "Java: lock, finally"),
        ("C: the attribute cleanup", "C: lock, cleanup"),
        ("Rust: a guard", "Rust: std lock, guard"),
        ("Rust: a list of closures", "Rust: loop, list of closures"),
    ];
    for (what, name) in rows {
        if row("the_measured_answer/other_languages", name).ratio > 10.0 {
            println!("{what}");
        }
    }
}
