//! A lock that is given back by guard, beside the same by hand: how much longer it takes.

use measured_answer_examples::row;

fn main() {
    let guard = row("the_measured_answer/guard_or_manual", "std Mutex, by guard");
    let more = (guard.ratio - 1.0) * 100.0;
    println!("it was {more:.1} % more");
    println!(
        "{}",
        match more {
            ..-1.0 => "less time than by hand",
            -1.0..1.0 => "within one per cent",
            1.0..50.0 => "1 to 50 % more",
            _ => "more than half as long again",
        }
    );
}
