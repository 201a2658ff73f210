use crate::sync::atomic::{AtomicBool, Ordering::SeqCst};
use crate::sync::{Arc, hint, thread};

struct Door {
    taken: AtomicBool,
    waiting: AtomicBool,
}

impl Door {
    fn enter(&self) {
        while self.taken.swap(true, SeqCst) {
            hint::spin_loop();
        }
    }

    fn leave(&self) {
        self.taken.store(false, SeqCst);
    }
}

pub fn program() {
    let door = Arc::new(Door {
        taken: AtomicBool::new(false),
        waiting: AtomicBool::new(false),
    });
    let patient = thread::spawn({
        let door = Arc::clone(&door);
        move || {
            door.waiting.store(true, SeqCst);
            door.enter();
            door.waiting.store(false, SeqCst);
            door.leave();
        }
    });
    let hasty = thread::spawn(move || {
        let mut overtaken = 0;
        for _ in 0..2 {
            door.enter();
            overtaken += u32::from(door.waiting.load(SeqCst));
            door.leave();
        }
        assert!(overtaken < 2, "A waits, and B goes in again and again");
    });
    patient.join().unwrap();
    hasty.join().unwrap();
}
