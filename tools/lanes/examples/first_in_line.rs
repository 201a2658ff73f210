//! A limit: in a model `notify_one` wakes the thread that has waited longest. A real one may wake any.
//!
//! This program relies on it. The model passes.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

#[derive(Default)]
struct Line {
    /// Who waits, in the order in which they came.
    waiting: Mutex<Vec<u32>>,
    moves: Condvar,
    closed: Mutex<bool>,
}

impl Line {
    fn stand(&self, who: u32) {
        let mut waiting = self.waiting.lock().unwrap();
        if *self.closed.lock().unwrap() {
            return;
        }
        waiting.push(who);
        waiting = self.moves.wait(waiting).unwrap();
        assert_eq!(waiting.remove(0), who, "somebody jumped the queue");
        // Pass it on.
        self.moves.notify_one();
    }
}

fn main() {
    let pass = lanes::Model::new()
        .spurious(false)
        .explore(|| {
            let line = Arc::new(Line::default());
            let stand = |who| {
                let line = Arc::clone(&line);
                thread::spawn(move || line.stand(who))
            };
            let both = [stand(1), stand(2)];
            let waiting = line.waiting.lock().unwrap();
            *line.closed.lock().unwrap() = true;
            drop(waiting);
            line.moves.notify_one();
            for thread in both {
                thread.join().unwrap();
            }
        })
        .expect("the model wakes them in order");
    println!(
        "all {} executions pass, and nothing promises that order",
        pass.executions()
    );
}
