//! How many notes the last owner can find, if every owner goes with a Relaxed decrement.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use lanes::sync::thread;

fn main() {
    for notes in lanes::outcomes(two_owners) {
        println!("{notes}");
    }
}

// ANCHOR: body
struct Room {
    owners: AtomicUsize,
    notes: [AtomicU32; 2],
}

/// Leaves a note and goes. The last one to go counts the notes.
fn leave(room: &Room, owner: usize) -> Option<u32> {
    room.notes[owner].store(1, Relaxed);
    let last = room.owners.fetch_sub(1, Relaxed) == 1;
    last.then(|| room.notes.iter().map(|note| note.load(Relaxed)).sum())
}
// ANCHOR_END: body

fn two_owners() -> u32 {
    let room = Arc::new(Room {
        owners: AtomicUsize::new(2),
        notes: [AtomicU32::new(0), AtomicU32::new(0)],
    });
    let other = thread::spawn({
        let room = Arc::clone(&room);
        move || leave(&room, 1)
    });
    let mine = leave(&room, 0);
    let theirs = other.join().unwrap();
    mine.or(theirs).expect("one of them is the last")
}
