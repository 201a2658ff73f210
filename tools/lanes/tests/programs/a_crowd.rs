//! Six threads, the model's own included.

use lanes::sync::thread;

pub(crate) fn program() {
    let others: Vec<_> = (0..5).map(|_| thread::spawn(|| {})).collect();
    for other in others {
        other.join().unwrap();
    }
}
