//! How many of seven faults leave something held, if it is given back on the last line; and if it is given back before each
//! `return` and `?`.

use measured_answer_examples::table;

fn main() {
    let rows = table("the_measured_answer/faults");
    let mut answers: Vec<String> = rows
        .iter()
        .map(|row| format!("{}, then {}", row[1], row[2]))
        .collect();
    answers.dedup();
    for answer in answers {
        println!("{answer}");
    }
}
