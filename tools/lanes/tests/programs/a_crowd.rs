//! More threads than a model can have.

use lanes::sync::thread;

pub(crate) fn program() {
    let others: Vec<_> = (0..64).map(|_| thread::spawn(|| {})).collect();
    for other in others {
        other.join().unwrap();
    }
}
