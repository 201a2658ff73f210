//! How many of the things that were counted take as many instructions by guard as by hand.

use measured_answer_examples::table;

fn main() {
    let rows = table("the_measured_answer/instructions");
    let equal = rows.iter().filter(|row| row[1] == row[2]).count();
    println!("{equal} of {}", rows.len());
}
