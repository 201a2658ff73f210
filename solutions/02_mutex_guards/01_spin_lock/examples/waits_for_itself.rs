//! Three locks in a row, and one of them waits for ever. Prints its line, as the model's report has it.

use lanes::sync::Mutex;
use lanes::{Model, State};

// ANCHOR: body
/// Takes a job, and says how many there were and how many are left.
fn take(queue: &Mutex<Vec<u32>>) -> Option<(u32, usize, usize)> {
    let before = queue.lock().unwrap().len();
    if let Some(job) = queue.lock().unwrap().pop() {
        let after = queue.lock().unwrap().len();
        return Some((job, before, after));
    }
    None
}
// ANCHOR_END: body

fn main() {
    let report = Model::new()
        .allow_one_schedule()
        .explore(|| {
            take(&Mutex::new(vec![1, 2]));
        })
        .expect_err("it waits for itself");
    for row in report
        .rows()
        .iter()
        .filter(|row| row.state == State::Blocked)
    {
        println!("{}", row.source);
    }
}
