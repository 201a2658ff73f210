//! Two that give way, always at the same moment: neither waits for a lock, and neither gets anywhere.

use lock_order::Account;

fn main() {
    let (ada, bob) = (Account::new(100), Account::new(100));
    for round in 1..=3 {
        // Each takes its own account, and then tries the other's.
        let (adas, bobs) = (ada.try_lock(), bob.try_lock());
        assert!(adas.is_some() && bobs.is_some());
        let (ada_has_both, bob_has_both) = (bob.try_lock().is_some(), ada.try_lock().is_some());
        println!("round {round}: Ada has both: {ada_has_both}, Bob has both: {bob_has_both}");
        // Both give way: the guards end here.
    }
}
